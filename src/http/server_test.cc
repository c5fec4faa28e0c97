#include "http/server.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/real_runtime.h"
#include "fetch/fetch.h"
#include "http/raw_client.h"

namespace propius {
namespace {

Blob Text(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

// Says what it was asked.
void Echo(const HttpRequest& request, const HttpRespond& respond) {
  std::string text = request.method + " " + request.path;
  for (const auto& [key, value] : request.query) text += " " + key + "=" + value;
  text += " " + *request.body;
  respond({200, {{"Accept-Ranges", "bytes"}, {"ETag", "\"e\""}}, Text(text)});
}

std::unique_ptr<HttpServer> Start(HttpServerOptions options = {}, HttpHandler handler = Echo) {
  Result<std::unique_ptr<HttpServer>> server = HttpServer::Start(std::move(options), std::move(handler));
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

FetchRequest To(const HttpServer& server, const std::string& target) {
  FetchRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(server.port()) + target;
  return request;
}

// What a server of these options says to `text` before it closes.
std::string Said(const std::string& text, const HttpServerOptions& options = {}) {
  const auto server = Start(options);
  const RawClient client(server->port());
  client.Send(text);
  return client.ReadAll();
}

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

TEST(HttpServer, RefusesAHeadOverTheLimit) {
  HttpServerOptions options;
  options.max_header_bytes = 1'000;
  const std::string said = Said("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(1'000, 'x') + "\r\n\r\n", options);
  EXPECT_TRUE(said.starts_with("HTTP/1.1 431 ")) << said;
  EXPECT_NE(said.find("expected at most 1000 bytes"), std::string::npos);
  // Also one that never ends.
  EXPECT_TRUE(Said("GET /" + std::string(200'000, 'x'), options).starts_with("HTTP/1.1 431 "));
}

TEST(HttpServer, RefusesADeclaredBodyOverTheLimitBeforeItComes) {
  HttpServerOptions options;
  options.max_body_bytes = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string said = Said(head + "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n", options);
  EXPECT_TRUE(said.starts_with("HTTP/1.1 413 ")) << said;
  EXPECT_NE(said.find("\"title\":\"resource_exhausted\""), std::string::npos);
  EXPECT_NE(said.find("body: expected at most 10 bytes"), std::string::npos);
  const std::string taken = Said(head + "Connection: close\r\nContent-Length: 10\r\n\r\n0123456789", options);
  EXPECT_TRUE(taken.ends_with("POST / 0123456789"));
}

TEST(HttpServer, AsksItsGateBeforeItReadsABody) {
  HttpServerOptions options;
  options.max_body_bytes = 10;
  options.gate = [](const HttpHead& head) -> tl::expected<std::uint64_t, HttpAnswer> {
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.path, "/a b");
    if (head.authorization.empty()) return tl::unexpected(Problem({Code::kUnauthenticated, "who are you"}));
    return head.authorization == "much" ? 1'000 : 5;
  };
  const auto said = [&](const std::string& headers) {
    return Said("POST /a%20b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers, options);
  };
  // No body comes: whoever waits for one gives no answer.
  EXPECT_TRUE(said("Content-Length: 5\r\n\r\n").starts_with("HTTP/1.1 401 "));
  EXPECT_TRUE(said("Transfer-Encoding: chunked\r\n\r\n").starts_with("HTTP/1.1 401 "));
  EXPECT_TRUE(said("Expect: 100-continue\r\nContent-Length: 5\r\n\r\n").starts_with("HTTP/1.1 401 "));
  const std::string over = said("Authorization: little\r\nContent-Length: 6\r\n\r\n");
  EXPECT_TRUE(over.starts_with("HTTP/1.1 413 "));
  EXPECT_NE(over.find("expected at most 5 bytes"), std::string::npos);
  EXPECT_TRUE(said("Authorization: much\r\nContent-Length: 11\r\n\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(said("Authorization: little\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(said("Authorization: little\r\nContent-Length: 5\r\n\r\n01234").ends_with("01234"));
  EXPECT_TRUE(
      said("Authorization: little\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n").ends_with("01234"));
  EXPECT_TRUE(said("\r\n").ends_with("POST /a b ")) << "without a body there is nothing to guard";
}

TEST(HttpServer, LetsAClientThatSendsOnReadTheRefusal) {
  HttpServerOptions options;
  options.max_body_bytes = 10;
  const auto server = Start(options);
  FetchRequest request = To(*server, "/");
  request.method = "POST";
  request.body = Text(std::string(8 << 20, 'x'));
  const Result<FetchAnswer> answer = Fetcher().Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(ProblemOf(*answer).code, Code::kResourceExhausted);
}

TEST(HttpServer, CountsAChunkedBody) {
  HttpServerOptions options;
  options.max_body_bytes = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(Said(head + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", options).ends_with("POST / 0123456789"));
  EXPECT_TRUE(Said(head + "5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n", options).starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(Said(head + "ffffffffffffffff\r\n", options).starts_with("HTTP/1.1 413 "));
}

TEST(HttpServer, HoldsNoMoreBodiesThanItHasRoomFor) {
  HttpServerOptions options;
  options.max_bodies_bytes = 100;
  std::mutex mutex;
  std::condition_variable came;
  std::vector<std::pair<Blob, HttpRespond>> held;
  const auto server = Start(options, [&](const HttpRequest& request, const HttpRespond& respond) {
    if (request.path != "/hold") return Echo(request, respond);
    const std::lock_guard lock(mutex);
    held.emplace_back(request.body, respond);
    came.notify_one();
  });
  const RawClient first(server->port());
  first.Send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n" + std::string(60, 'x'));
  {
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return !held.empty(); });
  }
  // One that only announces its body takes nothing from the others.
  const RawClient silent(server->port());
  silent.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n");

  Fetcher fetcher;
  FetchRequest request = To(*server, "/");
  request.method = "POST";
  request.body = Text(std::string(41, 'y'));
  Result<FetchAnswer> answer = fetcher.Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->headers.at("retry-after"), "1");
  request.body = Text(std::string(40, 'y'));
  answer = fetcher.Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);

  held.front().second({});
  held.clear();
  request.body = Text(std::string(100, 'y'));
  answer = fetcher.Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
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

TEST(HttpServer, OutlivesAClientThatDoesNotWaitForItsAnswer) {
  std::mutex mutex;
  std::condition_variable came;
  HttpRespond held;
  const auto server = Start({}, [&](const HttpRequest& request, const HttpRespond& respond) {
    if (request.path != "/slow") return Echo(request, respond);
    const std::lock_guard lock(mutex);
    held = respond;
    came.notify_one();
  });
  {
    const RawClient client(server->port());
    client.Send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return held != nullptr; });
  }
  held({200, {}, Text(std::string(1 << 20, 'x'))});
  EXPECT_TRUE(Fetcher().Fetch(To(*server, "/")));
}

TEST(HttpServer, HangsUpOnSilence) {
  HttpServerOptions options;
  options.header_timeout = 20ms;
  options.idle_timeout = 20ms;
  options.body_timeout = 20ms;
  EXPECT_EQ(Said("", options), "");
  EXPECT_EQ(Said("GET / HTTP/1.1\r\nHos", options), "");
  EXPECT_EQ(Said("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", options), "");
  EXPECT_TRUE(Said("GET / HTTP/1.1\r\nHost: x\r\n\r\n", options).ends_with("GET / "));
}

TEST(HttpServer, TurnsConnectionsOverTheLimitAwayAndTakesOthersLater) {
  HttpServerOptions options;
  options.max_connections = 1;
  const auto server = Start(options);
  {
    const RawClient first(server->port());
    first.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_NE(first.ReadUntil("GET / "), "");
    EXPECT_TRUE(RawClient(server->port()).ReadAll().starts_with("HTTP/1.1 503 "));
    first.Send("GET /again HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(first.ReadUntil("GET /again").ends_with("GET /again"));
  }
  // The server hears of the close in its own time.
  int status = 0;
  for (int i = 0; i < 2'000 && status != 200; ++i) {
    const Result<FetchAnswer> answer = Fetcher().Fetch(To(*server, "/"));
    if (answer) status = answer->status;
    SleepFor(1ms);
  }
  EXPECT_EQ(status, 200);
}

TEST(HttpServer, ListensAgainAfterDescriptorsRanOut) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer itself needs descriptors";
#endif
  const auto server = Start();
  // The client's socket exists before the last descriptor is taken.
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(client, 0);
  std::vector<int> taken;
  for (int next = dup(client); next >= 0; next = dup(client)) taken.push_back(next);
  ASSERT_EQ(errno, EMFILE);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  std::string told(12, '\0');
  EXPECT_EQ(recv(client, told.data(), told.size(), MSG_WAITALL), 12);
  EXPECT_EQ(told, "HTTP/1.1 503");
  for (const int descriptor : taken) close(descriptor);
  close(client);

  const Result<FetchAnswer> answer = Fetcher().Fetch(To(*server, "/"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
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
