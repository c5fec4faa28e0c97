#include "aggregation/reducers/sum.h"

#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "aggregation/test_updates.h"

namespace propius {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

std::string IntegerFile(std::int64_t value) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &value, 8);
  return WriteSafetensors({{{"n", Dtype::kI64, {}}, bytes}}, {});
}

std::int64_t IntegerOf(const std::string& file) {
  std::int64_t value = 0;
  std::memcpy(&value, Parsed(file).Find("n")->data.data(), 8);
  return value;
}

TEST(Sum, WritesFloatsAsF64AndIntegersAsI64) {
  for (const Dtype dtype : kAllDtypes) {
    const TensorSpec spec{"w", dtype, {2}};
    const auto reducer = MakeReducer("sum", {spec});
    const std::string file = UpdateFile({{spec, {100, -7}}});
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(reducer->Accumulate(Parsed(file), 2.5));
    EXPECT_EQ(reducer->total_weight(), 12.5);
    const std::string report = std::move(*reducer).Report({{"k", "v"}});
    const Dtype wide = IsInteger(dtype) ? Dtype::kI64 : Dtype::kF64;
    EXPECT_EQ(Parsed(report).manifest(), (Manifest{{"w", wide, {2}}}));
    EXPECT_EQ(Values(Parsed(report), "w"), (std::vector<double>{500, -35}));
    EXPECT_EQ(Parsed(report).metadata.at("k"), "v");
  }
}

TEST(Sum, IsExactWhereADoubleIsNot) {
  const auto reducer = MakeReducer("sum", {{"n", Dtype::kI64, {}}});
  const std::string large = IntegerFile(std::int64_t{1} << 60);
  const std::string one = IntegerFile(1);
  ASSERT_TRUE(reducer->Accumulate(Parsed(large), 1));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(reducer->Accumulate(Parsed(one), 1));
  EXPECT_EQ(IntegerOf(std::move(*reducer).Report({})), (std::int64_t{1} << 60) + 3);
}

TEST(Sum, ReachesTheEndsOf64BitsAndGoesNoFurther) {
  for (const std::int64_t sign : {1, -1}) {
    const auto reducer = MakeReducer("sum", {{"n", Dtype::kI64, {}}});
    const std::string far = IntegerFile(sign * (kMax - 1));
    const std::string step = IntegerFile(sign);
    const std::string back = IntegerFile(-sign);
    ASSERT_TRUE(reducer->Accumulate(Parsed(far), 1));
    ASSERT_TRUE(reducer->Accumulate(Parsed(step), 1));
    if (sign < 0) {
      ASSERT_TRUE(reducer->Accumulate(Parsed(step), 1));
    }
    const std::string before = reducer->Serialize();
    const Status status = reducer->Accumulate(Parsed(step), 1);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kOutOfRange);
    EXPECT_EQ(status.error().message, "tensor \"n\": expected sums in the range of I64, got more");
    EXPECT_EQ(reducer->Serialize(), before);
    EXPECT_TRUE(reducer->Accumulate(Parsed(back), 1));
  }
}

TEST(Sum, HasNothingToReportBeforeTheFirstUpdate) {
  const auto reducer = MakeReducer("sum", {{"n", Dtype::kI64, {}}});
  EXPECT_FALSE(reducer->CanReport());
  EXPECT_DEATH(std::move(*reducer).Report({}), "CanReport");
}

}  // namespace
}  // namespace propius
