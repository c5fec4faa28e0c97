// Training 18 unlike workers to the goal in virtual time, beside the same arithmetic in NumPy: one core against one
// core, and the three schemes of the paper's main comparison as `propius sync` runs them, on all cores.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "apps/sync_data.h"
#include "base/check.h"
#include "sync_sim/study.h"

namespace propius {
namespace {

const char* const kSchemes[] = {"bsp", "fixed_adacomm", "adsp"};

double ThreadCpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

SyncData& Data() {
  static SyncData data(std::map<std::string, std::filesystem::path>{{"mnist", PROPIUS_BENCH_MNIST}});
  return data;
}

Laboratory& Lab() {
  static Laboratory laboratory([](const std::string& name) { return Data().Pooled(name); });
  return laboratory;
}

PlannedRun Plan(const std::string& scheme) {
  PlannedRun planned;
  planned.settings.scheme = scheme;
  planned.settings.seed = 7;
  return planned;
}

// The data as raw files for NumPy, in a folder that goes with the program.
class RawFiles {
 public:
  explicit RawFiles(const Dataset& data)
      : folder_(std::filesystem::temp_directory_path() / ("propius-bench-sync-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    Write(data.train, "train");
    Write(data.test, "test");
  }
  RawFiles(const RawFiles&) = delete;
  RawFiles& operator=(const RawFiles&) = delete;
  ~RawFiles() { std::filesystem::remove_all(folder_); }

  std::string arguments() const {
    std::string text;
    for (const char* name : {"train.x", "train.y", "test.x", "test.y"}) text += " " + (folder_ / name).string();
    return text;
  }

 private:
  void Write(const Examples& examples, const std::string& name) const {
    std::ofstream values(folder_ / (name + ".x"), std::ios::binary);
    std::ofstream labels(folder_ / (name + ".y"), std::ios::binary);
    std::vector<float> row(examples.features());
    for (std::size_t i = 0; i < examples.size(); ++i) {
      std::fill(row.begin(), row.end(), 0.0F);
      const SparseRow sparse = examples.Row(i);
      // Backwards, for the columns that fill up a group are repeated with zeros.
      for (std::uint32_t at = sparse.size; at-- > 0;) row[sparse.columns[at]] = sparse.values[at];
      values.write(reinterpret_cast<const char*>(row.data()), static_cast<std::streamsize>(row.size() * sizeof(float)));
      labels.put(static_cast<char>(examples.label(i)));
    }
  }

  std::filesystem::path folder_;
};

// What NumPy takes for each scheme, measured once; empty if there is no data.
const std::map<std::string, nlohmann::json>& Numpy() {
  static const auto measured = [] {
    std::map<std::string, nlohmann::json> results;
    const auto data = Data().Pooled("mnist");
    if (!data) return results;
    const RawFiles files(*data);
    // One thread: its products are too small to gain by more.
    const std::string command = std::string("OPENBLAS_NUM_THREADS=1 ") + PROPIUS_PYTHON + " " + PROPIUS_BENCH_SOURCE +
                                "sync_numpy.py" + files.arguments() + " bsp,fixed_adacomm,adsp 0.28";
    std::FILE* output = popen(command.c_str(), "r");
    CHECK(output != nullptr);
    std::string text;
    std::array<char, 4'096> part{};
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), output)) text.append(part.data(), count);
    pclose(output);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const auto result = nlohmann::json::parse(line);
      results[result["scheme"].get<std::string>()] = result;
    }
    return results;
  }();
  return measured;
}

void TrainOne(benchmark::State& state, const std::string& scheme) {
  auto task = Lab().MakeTask(Plan(scheme).settings);
  if (!task) return state.SkipWithError(task.error().message.c_str());
  double seconds = 0;
  double virtual_seconds = 0;
  for (auto _ : state) {
    const double began = ThreadCpu();
    const auto runs = RunStudy({Plan(scheme)}, Lab(), 1);
    seconds += ThreadCpu() - began;
    if (!runs) return state.SkipWithError(runs.error().message.c_str());
    virtual_seconds = runs->front().record.time_to_target_s;
  }
  state.counters["cpu_ms"] = benchmark::Counter(seconds * 1e3, benchmark::Counter::kAvgIterations);
  state.counters["virtual_s"] = virtual_seconds;
}

void NumpyOne(benchmark::State& state, const std::string& scheme) {
  const auto found = Numpy().find(scheme);
  if (found == Numpy().end()) return state.SkipWithError("expected results of sync_numpy.py, got none");
  for (auto _ : state) benchmark::DoNotOptimize(scheme);
  state.counters["cpu_ms"] = found->second["cpu_s"].get<double>() * 1e3;
  state.counters["virtual_s"] = found->second["virtual_s"].get<double>();
}

void TrainAll(benchmark::State& state) {
  std::vector<PlannedRun> plan;
  for (const char* scheme : kSchemes) plan.push_back(Plan(scheme));
  auto task = Lab().MakeTask(plan.front().settings);
  if (!task) return state.SkipWithError(task.error().message.c_str());
  double seconds = 0;
  for (auto _ : state) {
    timespec from{};
    clock_gettime(CLOCK_MONOTONIC, &from);
    benchmark::DoNotOptimize(RunStudy(plan, Lab(), std::thread::hardware_concurrency()).has_value());
    timespec to{};
    clock_gettime(CLOCK_MONOTONIC, &to);
    seconds += static_cast<double>(to.tv_sec - from.tv_sec) + 1e-9 * static_cast<double>(to.tv_nsec - from.tv_nsec);
  }
  state.counters["wall_ms"] = benchmark::Counter(seconds * 1e3, benchmark::Counter::kAvgIterations);
}

void NumpyAll(benchmark::State& state) {
  if (Numpy().size() != std::size(kSchemes)) return state.SkipWithError("expected results of sync_numpy.py, got none");
  double seconds = 0;
  for (const auto& [scheme, result] : Numpy()) seconds += result["wall_s"].get<double>();
  for (auto _ : state) benchmark::DoNotOptimize(seconds);
  state.counters["wall_ms"] = seconds * 1e3;
}

void SyncAdsp(benchmark::State& state) { TrainOne(state, "adsp"); }
void SyncAdspNumpy(benchmark::State& state) { NumpyOne(state, "adsp"); }
void SyncBsp(benchmark::State& state) { TrainOne(state, "bsp"); }
void SyncBspNumpy(benchmark::State& state) { NumpyOne(state, "bsp"); }

BENCHMARK(SyncAdsp)->Unit(benchmark::kMillisecond);
BENCHMARK(SyncAdspNumpy)->Iterations(1);
BENCHMARK(SyncBsp)->Unit(benchmark::kMillisecond);
BENCHMARK(SyncBspNumpy)->Iterations(1);
BENCHMARK(TrainAll)->Unit(benchmark::kMillisecond)->Name("SyncThree");
BENCHMARK(NumpyAll)->Iterations(1)->Name("SyncThreeNumpy");

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
