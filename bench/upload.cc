// Updates of 1.7 MB on their way into the sum of a leaf over HTTP, beside a process that only receives the same bytes
// and adds them in a plain loop.
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "base/real_runtime.h"
#include "bench/forked_server.h"
#include "bench/leaf_site.h"
#include "bench/plain_loop.h"
#include "bench/tcp.h"
#include "bench/update.h"

namespace propius {
namespace {

constexpr std::size_t kValues = 425'000;
constexpr std::size_t kLayers = 10;
constexpr double kWeight = 3;
constexpr char kTaken = '+';

// Receives updates of `size` bytes, whose values are at their end, from one connection after the other.
ForkedServer::Running StartBareReceiver(std::size_t size) {
  auto listener = std::make_shared<TcpListener>();
  std::thread([listener, size] {
    std::vector<float> values(kValues);
    std::vector<double> sums(kValues);
    const std::size_t value_bytes = kValues * sizeof(float);
    std::string head(size - value_bytes, '\0');
    for (;;) {
      const TcpConnection connection = listener->Accept();
      while (connection.Receive(head.data(), head.size()) &&
             connection.Receive(reinterpret_cast<char*>(values.data()), value_bytes)) {
        AddInPlainLoop(sums.data(), values.data(), kValues, kWeight);
        if (!connection.Send({&kTaken, 1})) break;
      }
    }
  }).detach();
  return {listener->port(), listener};
}

std::string RequestHead(const std::string& ticket, std::size_t size) {
  return "POST /v1/jobs/1/rounds/1/updates HTTP/1.1\r\nHost: leaf\r\nAuthorization: Propius-Ticket " + ticket +
         "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
}

// The body of an answer with a Content-Length; its status line if it is not "accepted".
std::string AnswerTo(const TcpConnection& connection) {
  const std::string head = connection.ReceiveUntil("\r\n\r\n");
  const std::string length = "Content-Length: ";
  const std::size_t found = head.find(length);
  if (!head.starts_with("HTTP/1.1 202 ") || found == std::string::npos) return head;
  std::string body(std::stoul(head.substr(found + length.size())), '\0');
  return connection.Receive(body.data(), body.size()) ? "" : "expected a body as long as announced";
}

template <typename SendOne>
void Measure(benchmark::State& state, const ForkedServer& server, SendOne send_one) {
  const TcpConnection connection = TcpConnection::To(server.port());
  for (int i = 0; i < 3; ++i) CHECK(send_one(connection).empty());
  const double before = server.CpuMicros();
  for (auto _ : state) {
    const std::string failure = send_one(connection);
    if (!failure.empty()) return state.SkipWithError(failure.c_str());
  }
  state.counters["server_cpu_us"] = (server.CpuMicros() - before) / static_cast<double>(state.iterations());
}

int Run(int argc, char** argv) {
  const std::string update = UpdateOfLayers(std::vector<float>(kValues, 0.5F), kLayers);
  const RoundTerms terms = EndlessRound(std::make_shared<const std::string>(update), RealNow());
  const ForkedServer leaf([&] { return StartLeaf(terms, std::make_shared<const std::string>(update)); });
  const ForkedServer bare([&] { return StartBareReceiver(update.size()); });

  const Sealer sealer = ClusterSealer();
  std::uint32_t slot = 0;
  benchmark::RegisterBenchmark("UploadOurs",
                               [&](benchmark::State& state) {
                                 Measure(state, leaf, [&](const TcpConnection& connection) -> std::string {
                                   const std::string head =
                                       RequestHead(sealer.Seal(TicketOf(terms, slot++)), update.size());
                                   if (!connection.Send(head) || !connection.Send(update))
                                     return "expected a connection, got none";
                                   return AnswerTo(connection);
                                 });
                               })
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("UploadBare",
                               [&](benchmark::State& state) {
                                 Measure(state, bare, [&](const TcpConnection& connection) -> std::string {
                                   char answer = 0;
                                   const bool taken =
                                       connection.Send(update) && connection.Receive(&answer, 1) && answer == kTaken;
                                   return taken ? "" : "expected an answer, got none";
                                 });
                               })
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace propius

int main(int argc, char** argv) { return propius::Run(argc, argv); }
