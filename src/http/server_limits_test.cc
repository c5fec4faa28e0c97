// What the HTTP server does about clients that send too much, too slowly or too often.
#include <condition_variable>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/real_runtime.h"
#include "http/server_fixture.h"

namespace propius {
namespace {

TEST(HttpServerLimits, RefusesAHeadOverTheLimit) {
  HttpServerOptions options;
  options.max_header_bytes = 1'000;
  const std::string said = Said("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(1'000, 'x') + "\r\n\r\n", options);
  EXPECT_TRUE(said.starts_with("HTTP/1.1 431 ")) << said;
  EXPECT_NE(said.find("expected at most 1000 bytes"), std::string::npos);
  // Also one that never ends.
  EXPECT_TRUE(Said("GET /" + std::string(200'000, 'x'), options).starts_with("HTTP/1.1 431 "));
}

TEST(HttpServerLimits, RefusesADeclaredBodyOverTheLimitBeforeItComes) {
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

TEST(HttpServerLimits, AsksItsGateBeforeItReadsABody) {
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

TEST(HttpServerLimits, LetsAClientThatSendsOnReadTheRefusal) {
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

TEST(HttpServerLimits, CountsAChunkedBody) {
  HttpServerOptions options;
  options.max_body_bytes = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(Said(head + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", options).ends_with("POST / 0123456789"));
  EXPECT_TRUE(Said(head + "5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n", options).starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(Said(head + "ffffffffffffffff\r\n", options).starts_with("HTTP/1.1 413 "));
}

TEST(HttpServerLimits, HoldsNoMoreBodiesThanItHasRoomFor) {
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

TEST(HttpServerLimits, OutlivesAClientThatDoesNotWaitForItsAnswer) {
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

TEST(HttpServerLimits, HangsUpOnSilence) {
  HttpServerOptions options;
  options.header_timeout = 20ms;
  options.idle_timeout = 20ms;
  options.body_timeout = 20ms;
  EXPECT_EQ(Said("", options), "");
  EXPECT_EQ(Said("GET / HTTP/1.1\r\nHos", options), "");
  EXPECT_EQ(Said("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", options), "");
  EXPECT_TRUE(Said("GET / HTTP/1.1\r\nHost: x\r\n\r\n", options).ends_with("GET / "));
}

TEST(HttpServerLimits, TurnsConnectionsOverTheLimitAwayAndTakesOthersLater) {
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

TEST(HttpServerLimits, ListensAgainAfterDescriptorsRanOut) {
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

}  // namespace
}  // namespace propius
