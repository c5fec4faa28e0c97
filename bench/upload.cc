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
#include "bench/tensor_client.h"
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

template <typename Body>
void Register(const char* name, Body body) {
  benchmark::RegisterBenchmark(name, body)->UseRealTime()->Unit(benchmark::kMillisecond);
}

int Run(int argc, char** argv) {
  const std::string update = UpdateOfLayers(std::vector<float>(kValues, 0.5F), kLayers);
  const RoundTerms terms = EndlessRound(std::make_shared<const std::string>(update), RealNow());
  const ForkedServer leaf([&] { return StartLeaf(terms, std::make_shared<const std::string>(update)); });
  const ForkedServer bare([&] { return StartBareReceiver(update.size()); });

  const Sealer sealer = ClusterSealer();
  std::uint32_t slot = 0;
  Register("UploadOurs", [&](benchmark::State& state) {
    std::string answer;
    MeasureServer(state, leaf, [&](const TcpConnection& connection) -> std::string {
      const std::string ticket = sealer.Seal(TicketOf(terms, slot++));
      const std::string head = PostHead("/v1/jobs/1/rounds/1/updates", ticket, update.size());
      if (!connection.Send(head) || !connection.Send(update)) return "expected a connection, got none";
      return ReceiveAnswer(connection, 202, answer);
    });
  });
  Register("UploadBare", [&](benchmark::State& state) {
    MeasureServer(state, bare, [&](const TcpConnection& connection) -> std::string {
      char answer = 0;
      const bool taken = connection.Send(update) && connection.Receive(&answer, 1) && answer == kTaken;
      return taken ? "" : "expected an answer, got none";
    });
  });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace propius

int main(int argc, char** argv) { return propius::Run(argc, argv); }
