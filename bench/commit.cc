// Commits of 1.7 MB to an asynchronous job at a root, from several devices at a time, beside a process that only
// receives the same bytes, adds them in a plain loop and sends as many back.
#include <array>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <poll.h>

#include "base/check.h"
#include "base/real_runtime.h"
#include "bench/forked_server.h"
#include "bench/leaf_site.h"
#include "bench/plain_loop.h"
#include "bench/root_site.h"
#include "bench/scratch_folder.h"
#include "bench/tcp.h"
#include "bench/tensor_client.h"
#include "bench/update.h"

namespace propius {
namespace {

constexpr std::size_t kValues = 425'000;
constexpr std::size_t kValueBytes = kValues * sizeof(float);
constexpr std::size_t kLayers = 10;
constexpr int kDevices = 16;
constexpr float kRate = 0.1F;

// Answers updates of `size` bytes, whose values are at their end, with the parameters: one after the other, from
// whoever has something to say.
ForkedServer::Running StartBareServer(std::size_t size) {
  auto listener = std::make_shared<TcpListener>();
  std::thread([listener, size] {
    std::vector<float> parameters(kValues);
    std::vector<float> update(kValues);
    std::string head(size - kValueBytes, '\0');
    std::vector<TcpConnection> connections;
    std::vector<pollfd> watched{{listener->socket(), POLLIN, 0}};
    for (;;) {
      CHECK(poll(watched.data(), watched.size(), -1) > 0);
      for (std::size_t i = watched.size() - 1; i > 0; --i) {
        if (watched[i].revents == 0) continue;
        const TcpConnection& device = connections[i - 1];
        bool stays = device.Receive(head.data(), head.size()) &&
                     device.Receive(reinterpret_cast<char*>(update.data()), kValueBytes);
        if (stays) {
          AddInPlainLoop(parameters.data(), update.data(), kValues, kRate);
          stays = device.Send(head) && device.Send({reinterpret_cast<const char*>(parameters.data()), kValueBytes});
        }
        if (stays) continue;
        std::swap(connections[i - 1], connections.back());
        connections.pop_back();
        std::swap(watched[i], watched.back());
        watched.pop_back();
      }
      if (watched[0].revents != 0) {
        connections.push_back(listener->Accept());
        watched.push_back({connections.back().socket(), POLLIN, 0});
      }
    }
  }).detach();
  return {listener->port(), listener};
}

// Every thread is a device.
template <typename Body>
void Register(const char* name, Body body) {
  benchmark::RegisterBenchmark(name, body)->Threads(kDevices)->UseRealTime()->Unit(benchmark::kMillisecond);
}

int Run(int argc, char** argv) {
  const std::string update = UpdateOfLayers(std::vector<float>(kValues, 0.001F), kLayers);
  const auto plan = std::make_shared<const std::string>(update);
  const RoundTerms terms = EndlessTraining(plan, kDevices, RealNow());
  const ScratchFolder folder("bench-commit");
  const ForkedServer root([&] { return StartRoot(terms, plan, folder / "root.db"); });
  const ForkedServer in_memory([&] { return StartRoot(terms, plan, {}); });
  const ForkedServer bare([&] { return StartBareServer(update.size()); });

  const Sealer sealer = ClusterSealer();
  const auto measure_root = [&](const char* name, const ForkedServer& server) {
    const auto numbers = std::make_shared<std::array<std::uint64_t, kDevices>>();
    Register(name, [&, numbers](benchmark::State& state) {
      const auto device = static_cast<std::uint32_t>(state.thread_index());
      std::string answer;
      MeasureServer(state, server, [&](const TcpConnection& connection) -> std::string {
        const std::string path = "/v1/jobs/1/commits?number=" + std::to_string(++numbers->at(device));
        const std::string head = PostHead(path, sealer.Seal(TicketOf(terms, device)), update.size());
        if (!connection.Send(head) || !connection.Send(update)) return "expected a connection, got none";
        std::string failure = ReceiveAnswer(connection, 200, answer);
        if (failure.empty() && answer.size() < kValueBytes) failure = "expected parameters, got fewer bytes";
        return failure;
      });
    });
  };
  measure_root("CommitOurs", root);
  measure_root("CommitInMemory", in_memory);
  Register("CommitBare", [&](benchmark::State& state) {
    std::string answer(update.size(), '\0');
    MeasureServer(state, bare, [&](const TcpConnection& connection) {
      const bool taken = connection.Send(update) && connection.Receive(answer.data(), answer.size());
      return std::string(taken ? "" : "expected an answer, got none");
    });
  });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace propius

int main(int argc, char** argv) { return propius::Run(argc, argv); }
