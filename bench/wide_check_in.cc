// Check-ins of a fleet of a million devices on virtual time, with 50 open jobs and with 10,000 in 100 constraint
// groups; binds; and what a device costs in the window, beside a std::unordered_map of the same.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "bench/wide_site.h"
#include "sim/virtual_runtime.h"

namespace propius {
namespace {

constexpr std::uint64_t kFleet = 1'000'000;
constexpr std::size_t kKinds = 1'000;

// Each device comes at an instant of its own.
void CheckInFleet(benchmark::State& state, const WideSiteOptions& options) {
  VirtualRuntime runtime(1);
  WideSite site(runtime, options);
  Rng chance(2);
  const std::vector<Attributes> kinds = KindsOfDevices(kKinds, chance);
  std::uint64_t device = 0;
  std::size_t offers = 0;
  const Done<Greeting> done = [&](const Result<Greeting>& greeting) { offers += greeting->offers.size(); };
  const auto come = [&] {
    runtime.RunFor(100us);
    site.clients().CheckIn({device + 1}, kinds[device * 7 % kKinds], {}, done);
    device = (device + 1) % kFleet;
  };
  for (std::uint64_t i = 0; i < kFleet; ++i) come();
  offers = 0;
  for (auto _ : state) come();
  state.counters["offers"] = benchmark::Counter(static_cast<double>(offers), benchmark::Counter::kAvgIterations);
  state.counters["per_s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void CheckIn50Jobs(benchmark::State& state) { CheckInFleet(state, {.jobs = 50, .groups = 4}); }
void CheckIn10000Jobs(benchmark::State& state) { CheckInFleet(state, {.jobs = 10'000, .groups = 100}); }
void CheckIn50Jobs20Offers(benchmark::State& state) {
  CheckInFleet(state, {.jobs = 50, .groups = 4, .max_offers = 20});
}
void CheckIn10000Jobs20Offers(benchmark::State& state) {
  CheckInFleet(state, {.jobs = 10'000, .groups = 100, .max_offers = 20});
}
// What a program does that only notes when each device came.
void CheckInBareMap(benchmark::State& state) {
  VirtualRuntime runtime(1);
  std::unordered_map<DeviceId, Time> heard;
  std::uint64_t device = 0;
  std::size_t answers = 0;
  const Done<std::size_t> done = [&](const Result<std::size_t>& answer) { answers += *answer; };
  const auto come = [&] {
    runtime.RunFor(100us);
    heard[{device + 1}] = runtime.Now();
    done(std::size_t{1});
    device = (device + 1) % kFleet;
  };
  for (std::uint64_t i = 0; i < kFleet; ++i) come();
  for (auto _ : state) come();
  benchmark::DoNotOptimize(answers);
}

// Check-in, accept and report, as a simulated fleet does them; the memory store takes the changes.
void BindFleet(benchmark::State& state) {
  VirtualRuntime runtime(1);
  WideSite site(runtime, {.jobs = 50, .groups = 4, .demand = 10'000'000});
  Rng chance(2);
  const std::vector<Attributes> kinds = KindsOfDevices(kKinds, chance);
  std::uint64_t device = 0;
  std::size_t bound = 0;
  for (auto _ : state) {
    ++device;
    RoundKey round;
    site.clients().CheckIn({device}, kinds[device % kKinds], {}, [&](const Result<Greeting>& greeting) {
      if (!greeting->offers.empty()) round = greeting->offers[0].round;
    });
    if (round.job.value == 0) continue;
    std::string ticket;
    site.clients().Accept({device}, round, "n", [&](const Result<Bound>& taken) {
      if (taken) ticket = taken->ticket;
    });
    runtime.RunFor(1ms);
    site.clients().Ping({device}, {{ticket, TaskOutcome::kCommitted}}, [](const Result<Greeting>&) {});
    ++bound;
  }
  state.counters["bound"] = benchmark::Counter(static_cast<double>(bound), benchmark::Counter::kAvgIterations);
  state.counters["per_s"] = benchmark::Counter(static_cast<double>(bound), benchmark::Counter::kIsRate);
}

std::size_t BytesInUse() {
  const struct mallinfo2 use = mallinfo2();
  return use.uordblks + use.hblkhd;
}

template <typename Put>
void FillWindow(benchmark::State& state, Put put) {
  constexpr std::uint64_t kDevices = 10'000'000;
  double bytes = 0;
  for (auto _ : state) {
    const std::size_t before = BytesInUse();
    bytes = static_cast<double>(put(kDevices) - before) / static_cast<double>(kDevices);
  }
  state.counters["bytes_per_device"] = bytes;
}

void WindowOurs(benchmark::State& state) {
  Rng chance(2);
  const std::vector<Attributes> kinds = KindsOfDevices(kKinds, chance);
  FillWindow(state, [&](std::uint64_t devices) {
    DeviceWindow window(1h);
    for (std::uint64_t i = 1; i <= devices; ++i) window.CheckIn({i}, kinds[i % kKinds], Time(1s));
    return BytesInUse();
  });
}

void WindowUnorderedMap(benchmark::State& state) {
  struct Heard {
    Time at;
    std::uint32_t kind = 0;
  };
  FillWindow(state, [&](std::uint64_t devices) {
    std::unordered_map<DeviceId, Heard> window;
    for (std::uint64_t i = 1; i <= devices; ++i) window[{i}] = {Time(1s), static_cast<std::uint32_t>(i % kKinds)};
    return BytesInUse();
  });
}

BENCHMARK(CheckInBareMap);
BENCHMARK(CheckIn50Jobs);
BENCHMARK(CheckIn10000Jobs);
BENCHMARK(CheckIn50Jobs20Offers);
BENCHMARK(CheckIn10000Jobs20Offers);
BENCHMARK(BindFleet);
BENCHMARK(WindowOurs)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(WindowUnorderedMap)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
