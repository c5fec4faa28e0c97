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

std::string RequestHead(const std::string& ticket, std::uint64_t number, std::size_t size) {
  return "POST /v1/jobs/1/commits?number=" + std::to_string(number) + " HTTP/1.1\r\nHost: root\r\n" +
         "Authorization: Propius-Ticket " + ticket +
         "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
}

// Into `body`; the answer's head if it is not 200 with as many bytes as an update has.
std::string ReceiveAnswer(const TcpConnection& connection, std::string& body) {
  const std::string head = connection.ReceiveUntil("\r\n\r\n");
  const std::string length = "Content-Length: ";
  const std::size_t found = head.find(length);
  if (!head.starts_with("HTTP/1.1 200 ") || found == std::string::npos) return "expected parameters, got " + head;
  const std::size_t size = std::stoul(head.substr(found + length.size()));
  if (size < kValueBytes) return "expected parameters, got " + std::to_string(size) + " bytes";
  body.resize(size);
  return connection.Receive(body.data(), size) ? "" : "expected a body as long as announced";
}

// Every thread is a device; the first one reads the server's clock while no other is at work.
template <typename CommitOne>
void Measure(benchmark::State& state, const ForkedServer& server, CommitOne commit_one) {
  const TcpConnection connection = TcpConnection::To(server.port());
  std::string answer;
  const double before = server.CpuMicros();
  for (auto _ : state) {
    const std::string failure = commit_one(static_cast<std::uint32_t>(state.thread_index()), connection, answer);
    if (!failure.empty()) return state.SkipWithError(failure.c_str());
  }
  if (state.thread_index() != 0) return;
  const double commits = static_cast<double>(state.iterations()) * kDevices;
  state.counters["server_cpu_us"] = (server.CpuMicros() - before) / commits;
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
    benchmark::RegisterBenchmark(
        name,
        [&, numbers](benchmark::State& state) {
          Measure(state, server, [&](std::uint32_t device, const TcpConnection& connection, std::string& answer) {
            const std::string ticket = sealer.Seal(TicketOf(terms, device));
            const bool sent =
                connection.Send(RequestHead(ticket, ++numbers->at(device), update.size())) && connection.Send(update);
            return sent ? ReceiveAnswer(connection, answer) : "expected a connection, got none";
          });
        })
        ->Threads(kDevices)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  measure_root("CommitOurs", root);
  measure_root("CommitInMemory", in_memory);
  benchmark::RegisterBenchmark(
      "CommitBare",
      [&](benchmark::State& state) {
        Measure(state, bare, [&](std::uint32_t /*device*/, const TcpConnection& connection, std::string& answer) {
          answer.resize(update.size());
          const bool taken = connection.Send(update) && connection.Receive(answer.data(), answer.size());
          return std::string(taken ? "" : "expected an answer, got none");
        });
      })
      ->Threads(kDevices)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace propius

int main(int argc, char** argv) { return propius::Run(argc, argv); }
