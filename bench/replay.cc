// Replaying a million check-ins under the released rules, and reading them, beside a plain event loop in Python over
// the same files.
#include "replay/replay.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/check.h"
#include "workload/inputs.h"
#include "workload/paper_workloads.h"
#include "workload/traces.h"

namespace propius {
namespace {

constexpr std::uint64_t kCheckIns = 1'000'000;
// Of the authors' even workload, a fiftieth of the arrival times and of the rounds: it takes all the check-ins.
constexpr double kFasterArrivals = 0.02;
constexpr std::uint32_t kFewerRounds = 50;

double ThreadCpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double BytesInUse() {
  const struct mallinfo2 use = mallinfo2();
  return static_cast<double>(use.uordblks + use.hblkhd);
}

// The files of a workload, in a folder that goes with the program.
class Files {
 public:
  Files() : folder_(std::filesystem::temp_directory_path() / ("propius-bench-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    WriteSessions();
    WriteJobs();
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  ~Files() { std::filesystem::remove_all(folder_); }

  std::string sessions() const { return folder_ / "checkins.csv"; }
  std::string zipped() const { return folder_ / "checkins.csv.gz"; }
  std::string jobs() const { return folder_ / "jobs.csv"; }
  static std::string capacity() { return std::string(PROPIUS_VENN_DATA) + "device_capacity.csv.gz"; }
  static std::string eligibility() { return std::string(PROPIUS_VENN_DATA) + "eligibility.csv"; }

 private:
  void WriteSessions() const {
    std::FILE* file = std::fopen(sessions().c_str(), "w");
    CHECK(file != nullptr);
    std::fputs(",ID,start,end\n", file);
    const auto stream = MakeGeneratedTrace({.sessions = kCheckIns, .rate = 4.2, .seed = 1})->Open();
    std::vector<Session> batch(4'096);
    while (const std::size_t count = stream->Read(batch)) {
      for (const Session& session : std::span(batch).first(count)) {
        std::fprintf(file, "%llu,%llu,%.3f,%.3f\n", static_cast<unsigned long long>(session.device),
                     static_cast<unsigned long long>(session.device), Seconds(session.start.time_since_epoch()),
                     Seconds(session.end.time_since_epoch()));
      }
    }
    std::fclose(file);
    const std::string zip = "gzip -c " + sessions() + " > " + zipped();
    CHECK(std::system(zip.c_str()) == 0);
  }

  void WriteJobs() const {
    std::ofstream file(jobs());
    file << "id,start,rounds,participants,deadline,min_fraction,workload,comm,requirement\n";
    const std::vector<ArrivingJob> jobs_of_paper = PaperJobs("even").value();
    for (const ArrivingJob& job : jobs_of_paper) {
      file << job.id << ',' << 3'600 + (job.arrives_s - 3'600) * kFasterArrivals << ','
           << job.spec.rounds / kFewerRounds + 1 << ',' << job.spec.demand << ','
           << static_cast<int>(Seconds(job.spec.deadline)) << ',' << job.spec.min_reports << ',' << job.workload << ','
           << job.comm << ',' << job.requirement << '\n';
    }
  }

  std::filesystem::path folder_;
};

const Files& InFiles() {
  static const Files kFiles;
  return kFiles;
}

const Workload& InMemory() {
  static const Workload kWorkload = [] {
    Workload workload{.name = "bench", .jobs = ReadJobs(InFiles().jobs()).value()};
    workload.fleet.capacities = ReadCapacities(Files::capacity()).value();
    workload.fleet.eligibility = ReadEligibility(Files::eligibility()).value();
    workload.sessions = ReadSessions(InFiles().sessions()).value();
    return workload;
  }();
  return kWorkload;
}

// Assignments follow offers by a delay that is drawn, as the authors have it, or by a fixed one: then many things
// happen at one instant, and only the authors' own heap knows in which order.
void Replaying(benchmark::State& state, const std::string& policy, std::optional<Duration> delay = std::nullopt) {
  PolicyRegistry policies;
  AddBuiltinPolicies(policies);
  ReplayOptions options{.registry = &policies, .dispatch_delay = delay, .cpu_seconds = ThreadCpu};
  options.policy.name = policy;
  const Workload& workload = InMemory();
  double seconds = 0;
  double checkins = 0;
  for (auto _ : state) {
    const Result<RunRecord> run = Replay(workload, options);
    if (!run) return state.SkipWithError(run.error().message.c_str());
    seconds += run->loop_cpu_s;
    checkins += static_cast<double>(run->checkins);
  }
  state.counters["us_per_checkin"] = seconds / checkins * 1e6;
  state.counters["checkins"] = benchmark::Counter(checkins, benchmark::Counter::kAvgIterations);
}

// Measured once and on fewer check-ins, which a heap favours: it takes seconds, most of them for the trace.
const nlohmann::json& PythonLoop(const std::string& policy) {
  static std::map<std::string, nlohmann::json> measured;
  if (const auto known = measured.find(policy); known != measured.end()) return known->second;
  const std::string command = std::string(PROPIUS_PYTHON) + " " + PROPIUS_BENCH_SOURCE + "replay_baseline.py " +
                              InFiles().zipped() + " " + Files::capacity() + " " + Files::eligibility() + " " +
                              InFiles().jobs() + " --first 200000 --policy " + policy;
  std::FILE* output = popen(command.c_str(), "r");
  CHECK(output != nullptr);
  std::string text;
  std::array<char, 4'096> part{};
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), output)) text.append(part.data(), count);
  pclose(output);
  nlohmann::json printed = nlohmann::json::parse(text, nullptr, false);
  CHECK(!printed.is_discarded());
  return measured[policy] = std::move(printed);
}

void ReplayingInPython(benchmark::State& state, const std::string& policy, bool with_loading = false) {
  const nlohmann::json& printed = PythonLoop(policy);
  double cost = printed["loop_us_per_checkin"].get<double>();
  if (with_loading) cost += printed["load_us_per_checkin"].get<double>();
  for (auto _ : state) benchmark::DoNotOptimize(cost);
  state.counters["us_per_checkin"] = cost;
}

// From the file to the last job.
void ReadAndReplayFifo(benchmark::State& state) {
  ReplayOptions options;
  options.policy.name = "fifo";
  Workload workload = InMemory();
  const double began = ThreadCpu();
  for (auto _ : state) {
    const auto sessions = ReadSessions(InFiles().zipped());
    if (!sessions) return state.SkipWithError(sessions.error().message.c_str());
    workload.sessions = *sessions;
    const Result<RunRecord> run = Replay(workload, options);
    if (!run) return state.SkipWithError(run.error().message.c_str());
  }
  state.counters["us_per_checkin"] =
      (ThreadCpu() - began) / (static_cast<double>(state.iterations()) * kCheckIns) * 1e6;
}

void ReplayFifo(benchmark::State& state) { Replaying(state, "fifo"); }
void ReplayFifoFixedDelay(benchmark::State& state) { Replaying(state, "fifo", 1s); }
void ReplaySrsf(benchmark::State& state) { Replaying(state, "srsf"); }
void ReplayVennReleased(benchmark::State& state) { Replaying(state, "venn_released"); }
void ReplayVenn(benchmark::State& state) { Replaying(state, "venn"); }
void ReplayFifoInPython(benchmark::State& state) { ReplayingInPython(state, "fifo"); }
void ReadAndReplayFifoInPython(benchmark::State& state) { ReplayingInPython(state, "fifo", true); }
void ReplaySrsfInPython(benchmark::State& state) { ReplayingInPython(state, "srsf"); }
void ReplayVennReleasedInPython(benchmark::State& state) { ReplayingInPython(state, "venn_released"); }

void ReadCheckIns(benchmark::State& state) {
  const std::string path = InFiles().sessions();
  double bytes = 0;
  const double began = ThreadCpu();
  for (auto _ : state) {
    const double before = BytesInUse();
    const auto trace = ReadSessions(path);
    if (!trace) return state.SkipWithError(trace.error().message.c_str());
    bytes = BytesInUse() - before;
  }
  const double checkins = static_cast<double>(state.iterations()) * kCheckIns;
  state.counters["us_per_checkin"] = (ThreadCpu() - began) / checkins * 1e6;
  state.counters["bytes_per_checkin"] = bytes / kCheckIns;
}

void CheckInsInAVector(benchmark::State& state) {
  double bytes = 0;
  for (auto _ : state) {
    const double before = BytesInUse();
    const auto stream = MakeGeneratedTrace({.sessions = kCheckIns})->Open();
    std::vector<Session> sessions;
    Session session;
    while (stream->Read({&session, 1}) > 0) sessions.push_back(session);
    bytes = BytesInUse() - before;
  }
  state.counters["bytes_per_checkin"] = bytes / kCheckIns;
}

// Every byte looked at once: what reading costs at the least.
void ReadCheckInsBareLoop(benchmark::State& state) {
  const double began = ThreadCpu();
  for (auto _ : state) {
    std::FILE* file = std::fopen(InFiles().sessions().c_str(), "r");
    CHECK(file != nullptr);
    std::vector<char> part(1 << 18);
    std::uint64_t lines = 0;
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), file)) {
      for (std::size_t i = 0; i < count; ++i) lines += part[i] == '\n' ? 1 : 0;
    }
    std::fclose(file);
    benchmark::DoNotOptimize(lines);
  }
  state.counters["us_per_checkin"] =
      (ThreadCpu() - began) / (static_cast<double>(state.iterations()) * kCheckIns) * 1e6;
}

BENCHMARK(ReplayFifo)->Unit(benchmark::kMillisecond);
BENCHMARK(ReplayFifoFixedDelay)->Unit(benchmark::kMillisecond);
BENCHMARK(ReadAndReplayFifo)->Unit(benchmark::kMillisecond);
BENCHMARK(ReplaySrsf)->Unit(benchmark::kMillisecond);
BENCHMARK(ReplayVennReleased)->Unit(benchmark::kMillisecond);
BENCHMARK(ReplayVenn)->Unit(benchmark::kMillisecond);
BENCHMARK(ReplayFifoInPython)->Iterations(1);
BENCHMARK(ReadAndReplayFifoInPython)->Iterations(1);
BENCHMARK(ReplaySrsfInPython)->Iterations(1);
BENCHMARK(ReplayVennReleasedInPython)->Iterations(1);
BENCHMARK(ReadCheckIns)->Unit(benchmark::kMillisecond);
BENCHMARK(CheckInsInAVector)->Iterations(1);
BENCHMARK(ReadCheckInsBareLoop)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
