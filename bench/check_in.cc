// One check-in at the client desk with a hundred open jobs, beside a bare loop over the jobs' bounds that notes as many
// offers.
#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/crowded_site.h"
#include "sim/virtual_runtime.h"

namespace propius {
namespace {

constexpr std::uint64_t kDevices = 10'000;

void CheckInOurs(benchmark::State& state) {
  VirtualRuntime runtime(1);
  CrowdedSite site(runtime);
  std::vector<Attributes> attributes;
  for (std::uint64_t device = 0; device < kDevices; ++device) attributes.push_back(AttributesOf(NumbersOf(device)));
  std::uint64_t device = 0;
  std::size_t offers = 0;
  for (auto _ : state) {
    site.clients().CheckIn({device + 1}, attributes[device], {},
                           [&](const Result<Greeting>& greeting) { offers += greeting->offers.size(); });
    device = (device + 1) % kDevices;
  }
  state.counters["offers"] = benchmark::Counter(static_cast<double>(offers), benchmark::Counter::kAvgIterations);
}

// As a program would have them that knows of nothing else.
struct BareJob {
  std::uint64_t id = 0;
  Numbers bounds{};
};

bool Meets(const Numbers& numbers, const Numbers& bounds) {
  bool meets = true;
  for (std::size_t i = 0; i < kNumbers; ++i) meets &= numbers[i] >= bounds[i];
  return meets;
}

void CheckInBareLoop(benchmark::State& state) {
  std::vector<BareJob> jobs;
  for (std::size_t i = 0; i < kOpenJobs; ++i) jobs.push_back({i + 1, BoundsOf(i)});
  std::vector<Numbers> devices;
  for (std::uint64_t device = 0; device < kDevices; ++device) devices.push_back(NumbersOf(device));
  std::array<std::uint64_t, kOpenJobs> found{};
  const std::size_t max_offers = ClientDeskOptions{}.max_offers;
  std::uint64_t device = 0;
  std::size_t offers = 0;
  for (auto _ : state) {
    std::size_t count = 0;
    for (const BareJob& job : jobs) {
      if (Meets(devices[device], job.bounds)) found[count++] = job.id;
    }
    offers += std::min(count, max_offers);
    benchmark::DoNotOptimize(found.data());
    benchmark::ClobberMemory();
    device = (device + 1) % kDevices;
  }
  state.counters["offers"] = benchmark::Counter(static_cast<double>(offers), benchmark::Counter::kAvgIterations);
}

BENCHMARK(CheckInOurs)->Unit(benchmark::kMicrosecond);
BENCHMARK(CheckInBareLoop)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
