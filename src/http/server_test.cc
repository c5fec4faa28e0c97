#include "http/server.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/real_runtime.h"
#include "http/server_fixture.h"

namespace propius {
namespace {

TEST(HttpServer, HandsTheRequestToTheHandlerAndItsAnswerBack) {
  const auto server = Start();
  FetchRequest request = To(*server, "/a%20b?wait=1s");
  request.method = "PUT";
  request.body = Text("body");
  const Result<FetchAnswer> answer = Fetcher().Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "PUT /a b wait=1s body");
  EXPECT_EQ(answer->headers.at("etag"), "\"e\"");
}

TEST(HttpServer, LowersHeaderNamesAndJoinsThoseGivenTwice) {
  std::string seen;
  const auto server = Start({}, [&](const HttpRequest& request, const HttpRespond& respond) {
    seen = request.headers.at("x-tag") + "|" + request.headers.at("authorization");
    respond({});
  });
  const RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Tag: a\r\nAUTHORIZATION: t\r\nx-tag: b\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.ReadAll().starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(seen, "a, b|t");
}

TEST(HttpServer, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
  const auto server = Start();
  const RawClient client(server->port());
  client.Send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhiGET /3 HT");
  EXPECT_TRUE(client.ReadUntil("GET /1 ").ends_with("\r\n\r\nGET /1 "));
  EXPECT_TRUE(client.ReadUntil("POST /2 hi").ends_with("\r\n\r\nPOST /2 hi"));
  client.Send("TP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string last = client.ReadAll();
  EXPECT_NE(last.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(last.ends_with("\r\n\r\nGET /3 "));
}

TEST(HttpServer, ClosesAfterARequestOfHttp10) {
  const std::string said = Said("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(said.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(said.find("Connection: close\r\n"), std::string::npos);
}

TEST(HttpServer, AnswersAHeadWithoutABody) {
  const std::string said = Said("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(said.find("Content-Length: 7\r\n"), std::string::npos) << said;
  EXPECT_TRUE(said.ends_with("\r\n\r\n"));
}

TEST(HttpServer, RefusesWhatIsNoRequest) {
  const std::string host = "Host: x\r\n";
  for (const std::string& text : {
           std::string("\x16\x03\x01 not a request\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nno colon\r\n\r\n"),
           "GET / HTTP/2.0\r\n" + host + "\r\n",
           std::string("GET / HTTP/1.1\r\n\r\n"),
           "GET / HTTP/1.1\r\n" + host + host + "\r\n",
           "GET /a b HTTP/1.1\r\n" + host + "\r\n",
           "GET /%zz HTTP/1.1\r\n" + host + "\r\n",
           "GET /?a=1&a=2 HTTP/1.1\r\n" + host + "\r\n",
           "OPTIONS * HTTP/1.1\r\n" + host + "\r\n",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n",
           "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, identity\r\n\r\n",
           "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nnot hex\r\n",
       }) {
    const std::string said = Said(text);
    EXPECT_TRUE(said.starts_with("HTTP/1.1 400 Bad Request\r\n")) << text << "\ngave\n" << said;
    EXPECT_NE(said.find("application/problem+json"), std::string::npos) << text;
    EXPECT_NE(said.find("Connection: close\r\n"), std::string::npos) << text;
  }
}

TEST(HttpServer, AsksForTheBodyOfAClientThatWaits) {
  const auto server = Start();
  const RawClient client(server->port());
  client.Send("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("body");
  EXPECT_TRUE(client.ReadAll().ends_with("POST / body"));
}

TEST(HttpServer, HandsNoTruncatedBodyOn) {
  std::atomic<int> calls = 0;
  const auto server = Start({}, [&](const HttpRequest& request, const HttpRespond& respond) {
    ++calls;
    Echo(request, respond);
  });
  {
    const RawClient client(server->port());
    client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
    client.EndSending();
    EXPECT_EQ(client.ReadAll(), "");
  }
  {
    const RawClient client(server->port());
    client.Send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n");
    client.EndSending();
    EXPECT_EQ(client.ReadAll(), "");
  }
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(Fetcher().Fetch(To(*server, "/")));
  EXPECT_EQ(calls, 1);
}

TEST(HttpServer, ServesRangesAndConditions) {
  const auto server = Start();
  Fetcher fetcher;
  FetchRequest request = To(*server, "/0123456789");  // answered with "GET /0123456789 "
  request.headers = {{"Range", "bytes=5-7"}};
  Result<FetchAnswer> answer = fetcher.Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 206);
  EXPECT_EQ(answer->body, "012");
  EXPECT_EQ(answer->headers.at("content-range"), "bytes 5-7/16");

  request.headers = {{"Range", "bytes=16-"}};
  answer = fetcher.Fetch(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 416);
  EXPECT_EQ(answer->headers.at("content-range"), "bytes */16");

  request.headers = {{"If-None-Match", "\"other\", \"e\""}};
  answer = fetcher.Fetch(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 304);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->headers.at("etag"), "\"e\"");

  request.headers = {};
  answer = fetcher.Fetch(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "GET /0123456789 ");
}

TEST(HttpServer, TakesAnswersFromOtherThreads) {
  RealRuntime runtime("answers");
  const auto server = Start({}, [&](const HttpRequest& request, const HttpRespond& respond) {
    runtime.After(1ms, [request, respond] { Echo(request, respond); });
  });
  Fetcher fetcher;
  for (const std::string path : {"/1", "/2", "/3"}) {
    const Result<FetchAnswer> answer = fetcher.Fetch(To(*server, path));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "GET " + path + " ");
  }
}

TEST(HttpServer, CarriesLargeBodiesBothWays) {
  const auto server =
      Start({}, [](const HttpRequest& request, const HttpRespond& respond) { respond({200, {}, request.body}); });
  std::string body(24 << 20, '\0');
  Rng chance(1);
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>(chance.Below(256));
  FetchRequest request = To(*server, "/");
  request.method = "POST";
  request.body = Text(body);
  const Result<FetchAnswer> answer = Fetcher().Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->body == body);
}

TEST(HttpServer, AnswersForAHandlerThatGivesUp) {
  const auto server = Start({}, [](const HttpRequest&, const HttpRespond&) {});
  const Result<FetchAnswer> answer = Fetcher().Fetch(To(*server, "/"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(ProblemOf(*answer).code, Code::kUnavailable);
}

TEST(HttpServer, TakesTheFirstOfTwoAnswers) {
  const auto server = Start({}, [](const HttpRequest&, const HttpRespond& respond) {
    respond({200, {}, Text("first")});
    respond({500, {}, Text("second")});
  });
  Fetcher fetcher;
  for (int i = 0; i < 3; ++i) {
    const Result<FetchAnswer> answer = fetcher.Fetch(To(*server, "/"));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "first");
  }
}

TEST(HttpServer, DropsAnswersThatComeWhenItIsGone) {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<HttpRespond> held;
  auto server = Start({}, [&](const HttpRequest&, HttpRespond respond) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(respond));
    came.notify_one();
  });
  const RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  {
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return !held.empty(); });
  }
  server.reset();
  EXPECT_EQ(client.ReadAll(), "");
  held.front()({200, {}, Text("too late")});
  held.clear();
}

TEST(HttpServer, NamesTheAddressThatItCannotHave) {
  const auto server = Start();
  HttpServerOptions options;
  options.port = server->port();
  Result<std::unique_ptr<HttpServer>> second = HttpServer::Start(options, Echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kUnavailable);
  EXPECT_TRUE(second.error().message.starts_with("listen on 127.0.0.1:" + std::to_string(server->port()) + ": "));

  options.address = "somewhere";
  second = HttpServer::Start(options, Echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kInvalidArgument);
}

TEST(HttpServer, ServesManyClientsOnSeveralThreads) {
  HttpServerOptions options;
  options.threads = 3;
  const auto server = Start(options);
  std::atomic<int> good = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 6; ++c) {
    clients.emplace_back([&, c] {
      Fetcher fetcher;
      for (int i = 0; i < 100; ++i) {
        const std::string path = "/" + std::to_string(c) + "/" + std::to_string(i);
        const Result<FetchAnswer> answer = fetcher.Fetch(To(*server, path));
        if (answer && answer->body == "GET " + path + " ") ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 600);
}

}  // namespace
}  // namespace propius
