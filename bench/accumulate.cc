// One update of 25 MB into a weighted mean, beside a plain loop over the same values and a copy of them.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "aggregation/registry.h"
#include "base/check.h"
#include "base/rng.h"
#include "bench/plain_loop.h"
#include "bench/update.h"

namespace propius {
namespace {

constexpr std::size_t kValues = 6'250'000;
constexpr std::size_t kLayers = 50;
constexpr double kWeight = 3;

const std::vector<float>& Values() {
  static const std::vector<float> values = [] {
    Rng chance(1);
    std::vector<float> drawn(kValues);
    std::ranges::generate(drawn, [&] { return static_cast<float>(chance.Uniform(-1, 1)); });
    return drawn;
  }();
  return values;
}

void AccumulateOurs(benchmark::State& state) {
  const std::string file = UpdateOfLayers(Values(), kLayers);
  const SafetensorsView update = ParseSafetensors(file).value();
  ReducerRegistry reducers;
  AddBuiltinReducers(reducers);
  const std::unique_ptr<Reducer> mean = reducers.Make({"weighted_mean", {}}, update.manifest()).value();
  CHECK(mean->Accumulate(update, kWeight).has_value());  // the sums take their memory
  for (auto _ : state) {
    if (!mean->Accumulate(update, kWeight)) state.SkipWithError("the reducer refused the update");
  }
}

void AccumulatePlainLoop(benchmark::State& state) {
  const std::vector<float> values = Values();
  std::vector<double> sums(kValues);
  for (auto _ : state) {
    AddInPlainLoop(sums.data(), values.data(), values.size(), kWeight);
    benchmark::ClobberMemory();
  }
}

void AccumulateMemcpy(benchmark::State& state) {
  const std::vector<float> values = Values();
  std::vector<float> copy(kValues);
  for (auto _ : state) {
    std::memcpy(copy.data(), values.data(), values.size() * sizeof(float));
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
}

BENCHMARK(AccumulateOurs)->Unit(benchmark::kMillisecond);
BENCHMARK(AccumulatePlainLoop)->Unit(benchmark::kMillisecond);
BENCHMARK(AccumulateMemcpy)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
