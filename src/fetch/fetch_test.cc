#include "fetch/fetch.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "fetch/canned_server.h"

namespace propius {
namespace {

std::string Ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

FetchRequest Get(const std::string& url) {
  FetchRequest request;
  request.url = url;
  request.timeout = 20s;
  return request;
}

Code RefusalOf(const FetchRequest& request) {
  const Result<FetchAnswer> answer = Fetcher().Fetch(request);
  EXPECT_FALSE(answer) << answer->status;
  return answer ? Code::kInternal : answer.error().code;
}

TEST(Fetch, ReadsStatusHeadersAndBody) {
  const CannedServer server(
      {{"HTTP/1.1 404 Not Found\r\nRetry-After: 1\r\nETag:  \"x\" \r\nContent-Length: 4\r\n\r\ngone"}});
  const Result<FetchAnswer> answer = Fetcher().Fetch(Get(server.Url("/plan")));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->headers.at("retry-after"), "1");
  EXPECT_EQ(answer->headers.at("etag"), "\"x\"");
  EXPECT_EQ(answer->body, "gone");
}

TEST(Fetch, SendsMethodHeadersAndBodyAndNothingOfItsOwn) {
  const CannedServer server({{Ok("")}});
  FetchRequest request = Get(server.Url("/v1?wait=1s"));
  request.method = "PUT";
  request.headers = {{"Authorization", "Propius-Round abc"}, {"X-Empty", ""}};
  request.body = std::make_shared<const std::string>(std::string("a\0b", 3));
  ASSERT_TRUE(Fetcher().Fetch(request));
  const std::string sent = server.requests().at(0);
  EXPECT_TRUE(sent.starts_with("PUT /v1?wait=1s HTTP/1.1\r\n")) << sent;
  EXPECT_NE(sent.find("Authorization: Propius-Round abc\r\n"), std::string::npos);
  EXPECT_NE(sent.find("X-Empty:\r\n"), std::string::npos);
  EXPECT_NE(sent.find("Content-Length: 3\r\n"), std::string::npos);
  EXPECT_EQ(sent.find("Content-Type"), std::string::npos);
  EXPECT_EQ(sent.find("Expect"), std::string::npos);
  EXPECT_TRUE(sent.ends_with(std::string("\r\n\r\na\0b", 7)));
}

TEST(Fetch, SendsAPostWithoutABodyAsAnEmptyOne) {
  const CannedServer server({{Ok("done")}});
  FetchRequest request = Get(server.Url("/close"));
  request.method = "POST";
  ASSERT_TRUE(Fetcher().Fetch(request));
  EXPECT_NE(server.requests().at(0).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(Fetch, KeepsItsConnectionBetweenCalls) {
  const CannedServer server({{Ok("one"), Ok("two"), Ok("three")}});
  Fetcher fetcher;
  for (const std::string expected : {"one", "two", "three"}) {
    const Result<FetchAnswer> answer = fetcher.Fetch(Get(server.Url("/")));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, expected);
  }
}

TEST(Fetch, ConnectsAgainWhenItsConnectionWasClosed) {
  const CannedServer server({{Ok("one")}, {Ok("two")}});
  Fetcher fetcher;
  ASSERT_TRUE(fetcher.Fetch(Get(server.Url("/"))));
  const Result<FetchAnswer> answer = fetcher.Fetch(Get(server.Url("/")));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "two");
}

TEST(Fetch, ForgetsTheRequestBefore) {
  const CannedServer server({{Ok("one"), Ok("two")}});
  Fetcher fetcher;
  FetchRequest request = Get(server.Url("/first"));
  request.method = "POST";
  request.body = std::make_shared<const std::string>("update");
  request.headers = {{"Authorization", "secret"}};
  ASSERT_TRUE(fetcher.Fetch(request));
  ASSERT_TRUE(fetcher.Fetch(Get(server.Url("/second"))));
  const std::string second = server.requests().at(1);
  EXPECT_TRUE(second.starts_with("GET /second"));
  EXPECT_EQ(second.find("secret"), std::string::npos);
  EXPECT_EQ(second.find("Content-Length"), std::string::npos);
}

TEST(Fetch, ReadsTheAnswerToAHeadWithoutWaitingForABody) {
  const CannedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"}});
  FetchRequest request = Get(server.Url("/"));
  request.method = "HEAD";
  const Result<FetchAnswer> answer = Fetcher().Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->headers.at("content-length"), "100");
  EXPECT_EQ(answer->body, "");
}

TEST(Fetch, DoesNotFollowRedirects) {
  const CannedServer server({{"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"}});
  const Result<FetchAnswer> answer = Fetcher().Fetch(Get(server.Url("/")));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Fetch, DropsTheHeadersOfAnInterimAnswer) {
  const CannedServer server({{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Ok("body")}});
  const Result<FetchAnswer> answer = Fetcher().Fetch(Get(server.Url("/")));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "body");
  EXPECT_FALSE(answer->headers.contains("link"));
}

TEST(Fetch, TakesAnAnswerOfExactlyTheLimitAndRefusesALargerOne) {
  const CannedServer server({{Ok("12345")}, {Ok("123456")}});
  FetchRequest request = Get(server.Url("/"));
  request.max_answer_bytes = 5;
  const Result<FetchAnswer> answer = Fetcher().Fetch(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "12345");
  EXPECT_EQ(RefusalOf(request), Code::kResourceExhausted);
}

TEST(Fetch, RefusesEndlessHeaders) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 2'000; ++i) head += "X-" + std::to_string(i) + ": " + std::string(60, 'x') + "\r\n";
  const CannedServer server({{head + "\r\n"}});
  EXPECT_EQ(RefusalOf(Get(server.Url("/"))), Code::kResourceExhausted);
}

TEST(Fetch, TellsATruncatedBodyFromAnAnswer) {
  const CannedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"}});
  EXPECT_EQ(RefusalOf(Get(server.Url("/"))), Code::kUnavailable);
}

TEST(Fetch, TellsGarbageFromAnAnswer) {
  const CannedServer server({{"SSH-2.0-OpenSSH\r\n"}});
  EXPECT_EQ(RefusalOf(Get(server.Url("/"))), Code::kUnavailable);
}

TEST(Fetch, GivesUpAtItsDeadline) {
  const CannedServer server({{""}});
  FetchRequest request = Get(server.Url("/"));
  request.timeout = 50ms;
  EXPECT_EQ(RefusalOf(request), Code::kDeadlineExceeded);
}

TEST(Fetch, SaysThatNobodyListens) {
  std::string url;
  {
    url = CannedServer({}).Url("/");
  }
  EXPECT_EQ(RefusalOf(Get(url)), Code::kUnavailable);
}

TEST(Fetch, RefusesWhatIsNotHttp) {
  for (const std::string url :
       {"file:///etc/passwd", "ftp://127.0.0.1/x", "127.0.0.1/x", "", "http://a b/", "http://"}) {
    EXPECT_EQ(RefusalOf(Get(url)), Code::kInvalidArgument) << url;
  }
  EXPECT_EQ(RefusalOf(Get("http://127.0.0.1/" + std::string(9'000, 'x'))), Code::kInvalidArgument);
}

TEST(Fetch, RefusesHeadersAndMethodsThatWouldBeTwoLines) {
  FetchRequest request = Get("http://127.0.0.1:1/");
  request.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(RefusalOf(request), Code::kInvalidArgument);
  request.headers = {{"X: y\r\nZ", "a"}};
  EXPECT_EQ(RefusalOf(request), Code::kInvalidArgument);
  request.headers = {};
  request.method = "GET / HTTP/1.1\r\nX:";
  EXPECT_EQ(RefusalOf(request), Code::kInvalidArgument);
}

TEST(Fetch, IgnoresAProxyOfTheEnvironment) {
  ASSERT_EQ(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
  const CannedServer server({{Ok("direct")}});
  const Result<FetchAnswer> answer = Fetcher().Fetch(Get(server.Url("/")));
  unsetenv("http_proxy");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "direct");
}

}  // namespace
}  // namespace propius
