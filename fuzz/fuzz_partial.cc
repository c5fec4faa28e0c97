#include <array>
#include <string>

#include "aggregation/registry.h"
#include "fuzz.h"

namespace propius {
namespace {

const Manifest& SomeManifest() {
  static const Manifest manifest{{"b", Dtype::kI8, {2}}, {"d", Dtype::kF64, {}}, {"w", Dtype::kF32, {2, 2}}};
  return manifest;
}

std::unique_ptr<Reducer> Make(const std::string& name) {
  static const ReducerRegistry registry = [] {
    ReducerRegistry builtin;
    AddBuiltinReducers(builtin);
    return builtin;
  }();
  return registry.Make({name, {}}, SomeManifest()).value();
}

// A reducer with one update of ones in it.
std::unique_ptr<Reducer> MakeStarted(const std::string& name) {
  static const std::array<double, 1> d{1};
  static const std::array<float, 4> w{1, 1, 1, 1};
  const auto bytes = [](const auto& numbers) {
    return std::string_view(reinterpret_cast<const char*>(numbers.data()), sizeof(numbers));
  };
  SafetensorsView update;
  const std::array<std::string_view, 3> data{"\x01\x01", bytes(d), bytes(w)};
  for (std::size_t i = 0; i < data.size(); ++i) update.tensors.push_back({SomeManifest()[i], data[i]});
  auto reducer = Make(name);
  CHECK(reducer->Accumulate(update, 2).has_value());
  return reducer;
}

// A refused partial leaves no trace; one that is taken can be passed on, and reports what its manifest says.
void Try(const std::string& name, std::string_view partial) {
  const auto started = MakeStarted(name);
  const std::string before = started->Serialize();
  const bool merged = started->MergeWith(partial).has_value();
  if (!merged) CHECK(started->Serialize() == before);
  const auto fresh = Make(name);
  if (!fresh->MergeWith(partial)) {
    CHECK(!merged && fresh->count() == 0 && fresh->Serialize() == Make(name)->Serialize());
    return;
  }
  const auto copy = Make(name);
  CHECK(copy->MergeWith(fresh->Serialize()).has_value());
  CHECK(copy->Serialize() == fresh->Serialize());
  for (Reducer* reducer : {started.get(), fresh.get()}) {
    if (!reducer->CanReport()) continue;
    const std::string report = std::move(*reducer).Report({});
    const Result<SafetensorsView> view = ParseSafetensors(report);
    CHECK(view.has_value() && CheckFinite(*view).has_value() && view->tensors.size() == SomeManifest().size());
  }
}

}  // namespace
}  // namespace propius

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  propius::Try("sum", propius::AsText(bytes, size));
  propius::Try("weighted_mean", propius::AsText(bytes, size));
  return 0;
}
