// Check-ins over gRPC on loopback with a hundred open jobs, beside the health check that gRPC itself answers on the
// same server.
#include <cstdio>
#include <future>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "base/real_runtime.h"
#include "bench/call_load.h"
#include "bench/crowded_site.h"
#include "bench/forked_server.h"
#include "propius/v1/client_manager.pb.h"
#include "rpc/server.h"
#include "rpc/services.h"
#include "wire/convert.h"

namespace propius {
namespace {

constexpr int kInFlight = 32;
constexpr int kCallsAtATime = 2'000;
constexpr std::uint64_t kDevices = 1'000;
const std::string kCheckIn = "/propius.v1.ClientManager/CheckIn";
const std::string kHealth = "/grpc.health.v1.Health/Check";

struct ServedSite {
  RealRuntime runtime{"control"};
  std::unique_ptr<CrowdedSite> site;
  std::unique_ptr<RpcServer> server;
};

ForkedServer::Running StartSite() {
  auto served = std::make_shared<ServedSite>();
  std::promise<void> built;
  served->runtime.Post([&] {
    served->site = std::make_unique<CrowdedSite>(served->runtime);
    built.set_value();
  });
  built.get_future().wait();
  served->server = RpcServer::Start({}, {MakeClientManagerService(served->runtime, served->site->clients())}).value();
  return {served->server->port(), served};
}

// A device that states no attributes meets no constraint, and is offered nothing.
std::vector<std::string> CheckIns(bool eligible) {
  std::vector<std::string> requests;
  for (std::uint64_t device = 1; device <= kDevices; ++device) {
    v1::CheckInRequest request;
    request.set_device_id(device);
    if (eligible) ToMessage(AttributesOf(NumbersOf(device)), *request.mutable_public_attributes());
    requests.push_back(request.SerializeAsString());
  }
  return requests;
}

void Measure(benchmark::State& state, const ForkedServer& server, const std::string& method,
             const std::vector<std::string>& requests) {
  CallLoad load(server.port(), method, requests, kInFlight);
  if (const Status warm = load.Run(kCallsAtATime); !warm) return state.SkipWithError(warm.error().message.c_str());
  const double before = server.CpuMicros();
  for (auto _ : state) {
    if (const Status run = load.Run(kCallsAtATime); !run) return state.SkipWithError(run.error().message.c_str());
  }
  const auto calls = static_cast<double>(state.iterations() * kCallsAtATime);
  state.counters["server_cpu_us"] = (server.CpuMicros() - before) / calls;
  state.counters["calls_per_s"] = benchmark::Counter(calls, benchmark::Counter::kIsRate);
}

void Register(const char* name, const ForkedServer& server, const std::string& method,
              std::vector<std::string> requests) {
  benchmark::RegisterBenchmark(name, [&server, method, requests = std::move(requests)](
                                         benchmark::State& state) { Measure(state, server, method, requests); })
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace propius

int main(int argc, char** argv) {
  using namespace propius;
  const ForkedServer server(StartSite);
  Register("RpcCheckIn", server, kCheckIn, CheckIns(true));
  Register("RpcCheckInNothing", server, kCheckIn, CheckIns(false));
  Register("RpcHealth", server, kHealth, {""});
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
