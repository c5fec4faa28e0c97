// A simulated fleet at the production desks: a check-in with 50 open jobs and with 10,000 in 100 constraint groups,
// beside a bare loop over 50 jobs; and a task, from check-in to report.
#include "sim/fleet.h"

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/event.h"
#include "base/real_runtime.h"
#include "workload/workload.h"

namespace propius {
namespace {

constexpr std::uint64_t kSessions = 400'000;
constexpr std::uint64_t kDevices = 20'000;
constexpr std::size_t kKinds = 1'000;

// Five thousand devices a second, each for a moment, again and again the same.
class SteadyTrace final : public SessionTrace {
 public:
  std::unique_ptr<SessionStream> Open() const override { return std::make_unique<Stream>(); }
  std::uint64_t size() const override { return kSessions; }
  Duration horizon() const override { return kStep * kSessions; }

 private:
  static constexpr Duration kStep = 200us;

  class Stream final : public SessionStream {
   public:
    std::size_t Read(std::span<Session> into) override {
      std::size_t read = 0;
      for (; read < into.size() && next_ < kSessions; ++read, ++next_) {
        const Time start(kStep * next_);
        into[read] = {start, start, next_ % kDevices};
      }
      return read;
    }

   private:
    std::uint64_t next_ = 0;
  };
};

Attributes Numbers(double cpu, double ram) {
  return Attributes::Make({{"cpu_f", cpu}, {"ram_gb", ram}}, "bench").value();
}

// `groups` is a square: as many bounds on one attribute as on the other. Every device meets one group at least.
Workload FleetOf(std::size_t jobs, std::size_t groups, std::uint32_t demand, double work) {
  std::size_t side = 1;
  while (side * side < groups) ++side;
  Workload workload;
  workload.name = "bench";
  for (std::size_t i = 0; i < jobs; ++i) {
    ArrivingJob& job = workload.jobs.emplace_back();
    job.id = i;
    job.tenant = "tenant";
    job.workload = work;
    job.spec.demand = demand;
    job.spec.deadline = 24h;
    job.spec.needs = Constraint(Numbers(static_cast<double>(i % side), static_cast<double>(i / side % side)));
  }
  for (std::size_t i = 0; i < kKinds; ++i) {
    workload.fleet.profiles.push_back(
        Numbers(static_cast<double>(i % 37) * static_cast<double>(side) / 36, static_cast<double>(i % 27)));
  }
  workload.fleet.capacities = {{.ms = 78, .kbps = 13'736}};
  workload.sessions = std::make_shared<SteadyTrace>();
  return workload;
}

// Counts what lies between the first and the last word of progress: the jobs have come by then.
class Stretch {
 public:
  FleetProgress progress() {
    return [this](double) {
      last_ = ThreadCpuSeconds();
      if (++words_ == 20) first_ = last_;
    };
  }
  // Progress is told every 200th of the trace.
  double SecondsPerCheckIn() const { return (last_ - first_) / (static_cast<double>(words_ - 20) * kSessions / 200); }

 private:
  double first_ = 0;
  double last_ = 0;
  int words_ = 0;
};

void Run(benchmark::State& state, const Workload& workload, const std::string& policy) {
  const EventSink before = SetEventSink([](Severity, std::string_view, const std::vector<EventField>&) {});
  double seconds = 0;
  double tasks = 0;
  for (auto _ : state) {
    SessionRun run;
    run.policy.name = policy;
    Stretch stretch;
    const Result<RunRecord> record = SimulateFleet(workload, run, stretch.progress());
    if (!record) {
      state.SkipWithError(record.error().message.c_str());
      break;
    }
    seconds += stretch.SecondsPerCheckIn();
    tasks += static_cast<double>(record->bindings);
  }
  SetEventSink(before);
  const auto runs = static_cast<double>(state.iterations());
  state.counters["us_per_checkin"] = seconds * 1e6 / runs;
  state.counters["per_s"] = runs / seconds;
  state.counters["tasks"] = tasks / runs;
}

// Devices that look at what they are offered and have no time for it: all jobs stay open.
void Fleet50Jobs(benchmark::State& state) { Run(state, FleetOf(50, 4, 100'000, 1'000), "srsf"); }
void Fleet10000JobsIn100Groups(benchmark::State& state) { Run(state, FleetOf(10'000, 100, 100'000, 1'000), "srsf"); }
// Every device takes a task, works and reports.
void FleetTasks(benchmark::State& state) { Run(state, FleetOf(50, 4, 1'000'000, 30), "srsf"); }

// As a program would have it that knows of nothing else: sessions, jobs in an order, and whom each takes.
void FleetBareLoop(benchmark::State& state) {
  const Workload workload = FleetOf(50, 4, 100'000, 1'000);
  std::vector<std::array<double, 2>> devices;
  for (const Attributes& profile : workload.fleet.profiles) {
    devices.push_back({*profile.Get("cpu_f"), *profile.Get("ram_gb")});
  }
  std::vector<std::array<double, 2>> bounds;
  for (const ArrivingJob& job : workload.jobs) {
    const Attributes& needs = job.spec.needs.bounds();
    bounds.push_back({*needs.Get("cpu_f"), *needs.Get("ram_gb")});
  }
  double seconds = 0;
  for (auto _ : state) {
    const auto stream = workload.sessions->Open();
    std::vector<Session> sessions(4'096);
    const double before = ThreadCpuSeconds();
    std::uint64_t offers = 0;
    while (const std::size_t read = stream->Read(sessions)) {
      for (std::size_t i = 0; i < read; ++i) {
        const auto& device = devices[sessions[i].device % devices.size()];
        std::array<std::size_t, 4> found{};
        std::size_t count = 0;
        for (std::size_t job = 0; job < bounds.size() && count < found.size(); ++job) {
          if (device[0] >= bounds[job][0] && device[1] >= bounds[job][1]) found.at(count++) = job;
        }
        benchmark::DoNotOptimize(found.data());
        offers += count;
      }
    }
    benchmark::DoNotOptimize(offers);
    seconds += (ThreadCpuSeconds() - before) / static_cast<double>(kSessions);
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["us_per_checkin"] = seconds * 1e6 / runs;
  state.counters["per_s"] = runs / seconds;
}

BENCHMARK(Fleet50Jobs)->Unit(benchmark::kMillisecond);
BENCHMARK(Fleet10000JobsIn100Groups)->Unit(benchmark::kMillisecond);
BENCHMARK(FleetTasks)->Unit(benchmark::kMillisecond);
BENCHMARK(FleetBareLoop)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
