// What is refused leaves no trace: the partial's bytes are the same before and after, wherever the failure stands.
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "aggregation/test_updates.h"

namespace propius {
namespace {

constexpr std::size_t kTensors = 7;
constexpr std::size_t kElements = 1'030;  // more than a block

// Tensors whose sums can leave their range: F64 in any reducer, I64 in those that sum exactly.
Manifest WideManifest(const std::string& reducer) {
  Manifest manifest;
  for (std::size_t i = 0; i < kTensors; ++i) {
    const Dtype dtype = reducer == "sum" && i % 2 == 0 ? Dtype::kI64 : Dtype::kF64;
    manifest.push_back({"t" + std::to_string(i), dtype, {kElements}});
  }
  return manifest;
}

std::string Filled(const Manifest& manifest, double value, std::size_t tensor = 0, std::size_t element = 0,
                   double other = 0) {
  std::vector<TestTensor> tensors;
  for (const TensorSpec& spec : manifest) tensors.push_back({spec, std::vector<double>(spec.Elements(), value)});
  if (other != 0) tensors[tensor].values[element] = other;
  return UpdateFile(tensors);
}

class NoTrace : public testing::TestWithParam<std::string> {
 protected:
  NoTrace() : manifest_(WideManifest(GetParam())), reducer_(MakeReducer(GetParam(), manifest_)) {
    const std::string file = Filled(manifest_, 3);
    CHECK(reducer_->Accumulate(Parsed(file), 2).has_value());
  }

  void ExpectSame(const std::string& before) {
    ASSERT_EQ(reducer_->Serialize(), before);
    ASSERT_EQ(reducer_->count(), 1U);
    ASSERT_EQ(reducer_->total_weight(), 2.0);
  }

  Manifest manifest_;
  std::unique_ptr<Reducer> reducer_;
};

INSTANTIATE_TEST_SUITE_P(Builtin, NoTrace, testing::Values("sum", "weighted_mean"),
                         [](const auto& param) { return param.param; });

TEST_P(NoTrace, IsLeftByAnUpdateThatLeavesTheRangeInAnyTensorAtAnyPlace) {
  for (std::size_t tensor = 0; tensor < kTensors; ++tensor) {
    for (const std::size_t element : {std::size_t{0}, std::size_t{511}, kElements - 1}) {
      const bool exact = manifest_[tensor].dtype == Dtype::kI64;
      const double large = exact ? 0x1.fp62 : std::numeric_limits<double>::max();
      const auto reducer = MakeReducer(GetParam(), manifest_);
      const std::string first = Filled(manifest_, 3, tensor, element, large);
      ASSERT_TRUE(reducer->Accumulate(Parsed(first), 1));
      const std::string before = reducer->Serialize();
      const std::string second = Filled(manifest_, 5, tensor, element, large);
      const Status status = reducer->Accumulate(Parsed(second), 1);
      ASSERT_FALSE(status);
      EXPECT_EQ(status.error().code, Code::kOutOfRange);
      EXPECT_NE(status.error().message.find("\"t" + std::to_string(tensor) + "\""), std::string::npos);
      ASSERT_EQ(reducer->Serialize(), before);
      // And the same as a partial.
      const auto other = MakeReducer(GetParam(), manifest_);
      ASSERT_TRUE(other->Accumulate(Parsed(second), 1));
      const Status merged = reducer->MergeWith(other->Serialize());
      ASSERT_FALSE(merged);
      EXPECT_EQ(merged.error().code, Code::kOutOfRange);
      ASSERT_EQ(reducer->Serialize(), before);
      // Nor is the next one disturbed.
      const std::string small = Filled(manifest_, -3, tensor, element, -large);
      ASSERT_TRUE(reducer->Accumulate(Parsed(small), 1));
    }
  }
}

TEST_P(NoTrace, IsLeftByAnUpdateOfAnotherManifestInAnyTensor) {
  const std::string before = reducer_->Serialize();
  for (std::size_t tensor = 0; tensor < kTensors; ++tensor) {
    Manifest shape = manifest_;
    shape[tensor].shape = {kElements, 1};
    Manifest dtype = manifest_;
    dtype[tensor].dtype = Dtype::kF32;
    Manifest name = manifest_;
    name[tensor].name += "x";
    Manifest missing = manifest_;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(tensor));
    Manifest extra = manifest_;
    extra.insert(extra.begin() + static_cast<std::ptrdiff_t>(tensor),
                 {"t" + std::to_string(tensor) + ".", Dtype::kI8, {}});
    for (const Manifest& wrong : {shape, dtype, name, missing, extra}) {
      const std::string file = Filled(wrong, 1);
      const Status status = reducer_->Accumulate(Parsed(file), 1);
      ASSERT_FALSE(status);
      EXPECT_EQ(status.error().code, Code::kInvalidArgument);
      const auto other = MakeReducer(GetParam(), Parsed(file).manifest());
      ASSERT_TRUE(other->Accumulate(Parsed(file), 1));
      const Status merged = reducer_->MergeWith(other->Serialize());
      ASSERT_FALSE(merged);
      EXPECT_EQ(merged.error().code, Code::kInvalidArgument);
      ASSERT_NO_FATAL_FAILURE(ExpectSame(before));
    }
  }
}

TEST_P(NoTrace, IsLeftByAPartialOfAnotherReducer) {
  const std::string before = reducer_->Serialize();
  const Manifest manifest{{"w", Dtype::kF64, {1}}};
  const auto reducer = MakeReducer(GetParam(), manifest);
  const auto other = MakeReducer(GetParam() == "sum" ? "weighted_mean" : "sum", manifest);
  const std::string file = Filled(manifest, 1);
  ASSERT_TRUE(other->Accumulate(Parsed(file), 1));
  const Status status = reducer->MergeWith(other->Serialize());
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("partial: reducer: expected " + GetParam()), std::string::npos);
  EXPECT_EQ(reducer->count(), 0U);
}

TEST_P(NoTrace, IsLeftByAPartialThatIsCutAnywhere) {
  const Manifest manifest{{"a", Dtype::kF64, {2}}, {"b", Dtype::kI32, {3}}};
  const auto reducer = MakeReducer(GetParam(), manifest);
  const std::string file = Filled(manifest, 1);
  ASSERT_TRUE(reducer->Accumulate(Parsed(file), 1));
  const std::string partial = reducer->Serialize();
  for (std::size_t size = 0; size < partial.size(); ++size) {
    ASSERT_FALSE(reducer->MergeWith(partial.substr(0, size))) << size;
    ASSERT_EQ(reducer->Serialize(), partial) << size;
  }
  ASSERT_FALSE(reducer->MergeWith(partial + '\0'));
  ASSERT_EQ(reducer->Serialize(), partial);
}

TEST_P(NoTrace, IsLeftByForeignCountsAndWeights) {
  const std::string before = reducer_->Serialize();
  const SafetensorsView view = Parsed(before);
  const std::vector<std::pair<std::string, std::vector<std::string>>> wrong{
      {"count", {"", "0", "-1", "1.5", " 1", "1 ", "18446744073709551615", "18446744073709551616", "one"}},
      {"total_weight", {"", "0", "-1p+0", "inf", "nan", "0x1p+0", "1p+0 ", "1p+5000", "one"}},
      {"reducer", {"", "median"}},
      {"manifest", {"", "00"}}};
  for (const auto& [key, values] : wrong) {
    for (const std::string& value : values) {
      auto metadata = view.metadata;
      metadata[key] = value;
      ASSERT_FALSE(reducer_->MergeWith(WriteSafetensors(view.tensors, metadata))) << key << " " << value;
      ASSERT_NO_FATAL_FAILURE(ExpectSame(before));
    }
    auto metadata = view.metadata;
    metadata.erase(key);
    ASSERT_FALSE(reducer_->MergeWith(WriteSafetensors(view.tensors, metadata))) << key;
    ASSERT_NO_FATAL_FAILURE(ExpectSame(before));
  }
}

TEST_P(NoTrace, IsLeftByAPartialWithSumsThatAreNotFinite) {
  const std::string before = reducer_->Serialize();
  const SafetensorsView view = Parsed(before);
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    for (std::size_t tensor = 0; tensor < kTensors; ++tensor) {
      if (view.tensors[tensor].spec.dtype != Dtype::kF64) continue;
      std::string file = before;
      const auto place = static_cast<std::size_t>(view.tensors[tensor].data.data() - before.data()) + 8 * 77;
      std::memcpy(file.data() + place, &bad, sizeof(bad));
      ASSERT_FALSE(reducer_->MergeWith(file));
      ASSERT_NO_FATAL_FAILURE(ExpectSame(before));
    }
  }
}

// Updates of small types are not looked at value by value while no sum can be near its end; here it is.
TEST_P(NoTrace, IsLeftByASmallUpdateToAPartialAtTheEndOfItsRange) {
  for (const Dtype dtype : {Dtype::kF32, Dtype::kBF16, Dtype::kI8, Dtype::kI32}) {
    const Manifest manifest{{"w", dtype, {1}}};
    const auto reducer = MakeReducer(GetParam(), manifest);
    const std::string file = UpdateFile({{manifest[0], {IsInteger(dtype) ? 1 : 0x1p127}}});
    ASSERT_TRUE(reducer->Accumulate(Parsed(file), 1));
    std::string partial = reducer->Serialize();
    const double largest = std::numeric_limits<double>::max();
    const std::int64_t largest_integer = std::numeric_limits<std::int64_t>::max();
    const bool exact = Parsed(partial).Find("w")->spec.dtype == Dtype::kI64;
    std::memcpy(partial.data() + partial.size() - 8, exact ? static_cast<const void*>(&largest_integer) : &largest, 8);

    const auto full = MakeReducer(GetParam(), manifest);
    ASSERT_TRUE(full->MergeWith(partial));
    // Weights move only means; the sum of floats would take more updates than a test has time for.
    const double weight = GetParam() == "sum" ? 1 : 0x1p860;
    const Status status = full->Accumulate(Parsed(file), weight);
    if (exact || (GetParam() == "weighted_mean" && !IsInteger(dtype))) {
      ASSERT_FALSE(status) << DtypeName(dtype);
      EXPECT_EQ(status.error().code, Code::kOutOfRange);
      EXPECT_EQ(full->Serialize(), partial);
    } else {
      EXPECT_TRUE(status) << DtypeName(dtype);
    }
  }
}

// 10,000 updates of which a random part is spoilt: what remains is as if those had never come.
TEST_P(NoTrace, IsLeftByAnyOfManyRandomFailures) {
  Rng chance(11);
  const Manifest manifest{
      {"a", Dtype::kF64, {3}}, {"b", Dtype::kI64, {2}}, {"c", Dtype::kF32, {}}, {"d", Dtype::kF64, {}}};
  const auto tried = MakeReducer(GetParam(), manifest);
  const auto clean = MakeReducer(GetParam(), manifest);
  int refused = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::vector<TestTensor> tensors;
    for (const TensorSpec& spec : manifest) {
      tensors.push_back({spec, std::vector<double>(spec.Elements())});
      for (double& value : tensors.back().values) value = static_cast<double>(chance.Below(1'000));
    }
    double weight = static_cast<double>(1 + chance.Below(5));
    const bool spoilt = chance.Chance(0.5);
    const std::uint64_t how = chance.Below(4);
    if (spoilt && how == 0) weight = -weight;
    if (spoilt && how == 1) tensors[chance.Below(4)].spec.name = "z";
    if (spoilt && how == 2) tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(chance.Below(4)));
    std::string file = UpdateFile(tensors);
    // In the last tensor of the file, after three that are good.
    const double infinity = std::numeric_limits<double>::infinity();
    if (spoilt && how == 3) std::memcpy(file.data() + file.size() - sizeof(infinity), &infinity, sizeof(infinity));
    const bool taken = tried->Accumulate(Parsed(file), weight).has_value();
    ASSERT_EQ(taken, !spoilt);
    if (taken) {
      ASSERT_TRUE(clean->Accumulate(Parsed(file), weight));
    }
    refused += taken ? 0 : 1;
  }
  EXPECT_GT(refused, 4'000);
  EXPECT_EQ(tried->Serialize(), clean->Serialize());
}

}  // namespace
}  // namespace propius
