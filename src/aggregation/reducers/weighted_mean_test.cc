#include "aggregation/reducers/weighted_mean.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "aggregation/test_updates.h"

namespace propius {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();

std::vector<double> MeanOf(Dtype dtype, const std::vector<std::pair<double, double>>& values_and_weights) {
  const TensorSpec spec{"w", dtype, {}};
  const auto reducer = MakeReducer("weighted_mean", {spec});
  for (const auto& [value, weight] : values_and_weights) {
    const std::string file = UpdateFile({{spec, {value}}});
    CHECK(reducer->Accumulate(Parsed(file), weight).has_value());
  }
  const std::string report = std::move(*reducer).Report({});
  CHECK(Parsed(report).manifest() == Manifest{spec});
  return Values(Parsed(report), "w");
}

TEST(WeightedMean, IsTheSumOfWeightTimesValueOverTheSumOfWeights) {
  for (const Dtype dtype : kAllDtypes) {
    EXPECT_EQ(MeanOf(dtype, {{1, 1}, {9, 3}}), std::vector<double>{7}) << DtypeName(dtype);
  }
}

TEST(WeightedMean, RoundsIntegersToNearestAndTiesToEven) {
  EXPECT_EQ(MeanOf(Dtype::kI8, {{1, 1}, {2, 1}}), std::vector<double>{2});
  EXPECT_EQ(MeanOf(Dtype::kI8, {{2, 1}, {3, 1}}), std::vector<double>{2});
  EXPECT_EQ(MeanOf(Dtype::kI32, {{-2, 1}, {-3, 2}}), std::vector<double>{-3});
  EXPECT_EQ(MeanOf(Dtype::kI64, {{10, 2}, {11, 1}}), std::vector<double>{10});
}

TEST(WeightedMean, SumsInDoublePrecision) {
  // In F32 the ones would vanish beside 2^24.
  EXPECT_EQ(MeanOf(Dtype::kF32, {{0x1p24, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}), std::vector<double>{(0x1p24 + 4) / 5});
}

TEST(WeightedMean, StaysFiniteAtTheEndsOfEveryDtype) {
  EXPECT_EQ(MeanOf(Dtype::kF16, {{65'504, 1}, {65'504, 2}}), std::vector<double>{65'504});
  const double max_float = std::numeric_limits<float>::max();
  EXPECT_EQ(MeanOf(Dtype::kF32, {{max_float, 0.1}, {max_float, 0.7}}), std::vector<double>{max_float});
  for (const double weight : {0.1, 0.3, 0.7, 1.1e-9}) {
    EXPECT_DOUBLE_EQ(MeanOf(Dtype::kF64, {{kMax, weight}, {kMax, weight / 3}})[0], kMax) << weight;
  }
  EXPECT_EQ(MeanOf(Dtype::kI8, {{-128, 3}, {-128, 4}}), std::vector<double>{-128});
  EXPECT_EQ(MeanOf(Dtype::kI64, {{0x1p63, 1}, {0x1p63, 1}}), std::vector<double>{0x1p63});
}

TEST(WeightedMean, CannotReportTheMeanOfNothing) {
  const auto reducer = MakeReducer("weighted_mean", {{"w", Dtype::kF32, {}}});
  EXPECT_FALSE(reducer->CanReport());
  EXPECT_DEATH(std::move(*reducer).Report({}), "CanReport");
}

TEST(WeightedMean, CountsUpdatesAndWeights) {
  const Manifest manifest{{"w", Dtype::kF32, {2}}};
  const auto reducer = MakeReducer("weighted_mean", manifest);
  const std::string file = UpdateFile({{manifest[0], {1, 2}}});
  ASSERT_TRUE(reducer->Accumulate(Parsed(file), 0.5));
  ASSERT_TRUE(reducer->Accumulate(Parsed(file), 2));
  EXPECT_EQ(reducer->count(), 2U);
  EXPECT_EQ(reducer->total_weight(), 2.5);
  EXPECT_TRUE(reducer->CanReport());
}

TEST(WeightedMean, WritesTheMetadataItIsGivenIntoItsReport) {
  const Manifest manifest{{"w", Dtype::kF32, {0, 3}}};
  const auto reducer = MakeReducer("weighted_mean", manifest);
  const std::string file = UpdateFile({{manifest[0], {}}});
  ASSERT_TRUE(reducer->Accumulate(Parsed(file), 1));
  const std::string report = std::move(*reducer).Report({{"outcome", "completed"}});
  EXPECT_EQ(Parsed(report).metadata, (std::map<std::string, std::string>{{"outcome", "completed"}}));
  EXPECT_EQ(Parsed(report).manifest(), manifest);
}

TEST(WeightedMean, RefusesAWeightThatIsNotPositiveAndFinite) {
  const Manifest manifest{{"w", Dtype::kF32, {1}}};
  const auto reducer = MakeReducer("weighted_mean", manifest);
  const std::string file = UpdateFile({{manifest[0], {1}}});
  const std::string before = reducer->Serialize();
  for (const double weight : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const Status status = reducer->Accumulate(Parsed(file), weight);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  }
  EXPECT_EQ(reducer->Serialize(), before);
}

TEST(WeightedMean, RefusesATotalWeightThatIsNotFinite) {
  const Manifest manifest{{"w", Dtype::kF32, {1}}};
  const auto reducer = MakeReducer("weighted_mean", manifest);
  const std::string file = UpdateFile({{manifest[0], {0}}});
  ASSERT_TRUE(reducer->Accumulate(Parsed(file), kMax));
  const std::string before = reducer->Serialize();
  const Status status = reducer->Accumulate(Parsed(file), kMax);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kOutOfRange);
  EXPECT_EQ(reducer->Serialize(), before);
}

}  // namespace
}  // namespace propius
