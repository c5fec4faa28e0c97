#include "dataplane/update_check.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

const Manifest kManifest{{"w", Dtype::kF32, {2}}};

std::string Update(float first, float second, const std::map<std::string, std::string>& metadata = {}) {
  const float values[] = {first, second};
  std::string bytes(sizeof(values), '\0');
  std::memcpy(bytes.data(), values, sizeof(values));
  return WriteSafetensors({{kManifest[0], bytes}}, metadata);
}

std::string ReasonFor(const std::string& update, std::uint64_t max_bytes = 4096, double max_weight = 10) {
  const auto checked = CheckUpdate(update, kManifest, max_bytes, max_weight);
  if (checked) return "";
  EXPECT_FALSE(checked.error().detail.empty());
  return checked.error().reason;
}

TEST(UpdateCheck, TakesAGoodUpdateWithItsWeight) {
  const std::string update = Update(1, -2, {{"weight", "2.5"}});
  const auto checked = CheckUpdate(update, kManifest, update.size(), 2.5);
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->weight, 2.5);
  EXPECT_EQ(checked->view.tensors.size(), 1U);
  EXPECT_EQ(CheckUpdate(Update(1, 2), kManifest, 4096, 10)->weight, 1);
}

TEST(UpdateCheck, RejectsEveryWeightOutOfRange) {
  for (const char* weight :
       {"", "0", "-1", "10.1", "nan", "inf", "-inf", "1e999", "1 ", " 1", "0x1", "one", "1,5", "+1"}) {
    EXPECT_EQ(ReasonFor(Update(1, 2, {{"weight", weight}})), "weight") << weight;
  }
  EXPECT_EQ(ReasonFor(Update(1, 2, {{"weight", "1e-300"}})), "");
  EXPECT_EQ(ReasonFor(Update(1, 2), 4096, 0.5), "weight") << "absent means 1";
}

TEST(UpdateCheck, RepeatsLittleOfAWeightThatIsNone) {
  const auto checked = CheckUpdate(Update(1, 2, {{"weight", std::string(100'000, '9')}}), kManifest, 1 << 20, 10);
  ASSERT_FALSE(checked);
  EXPECT_LT(checked.error().detail.size(), 200U);
}

TEST(UpdateCheck, RejectsValuesThatAreNotFinite) {
  const float bad[] = {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (const float value : bad) {
    EXPECT_EQ(ReasonFor(Update(value, 0)), "not_finite");
    EXPECT_EQ(ReasonFor(Update(0, value)), "not_finite");
  }
  EXPECT_EQ(ReasonFor(Update(-0.0F, std::numeric_limits<float>::denorm_min())), "");
}

TEST(UpdateCheck, RejectsOtherTensorsNoiseAndTooManyBytes) {
  EXPECT_EQ(ReasonFor(WriteSafetensors({}, {})), "manifest");
  EXPECT_EQ(ReasonFor(WriteSafetensors({{{"w", Dtype::kF32, {1}}, std::string_view("abcd")}}, {})), "manifest");
  EXPECT_EQ(ReasonFor("noise"), "malformed");
  EXPECT_EQ(ReasonFor(""), "malformed");
  EXPECT_EQ(ReasonFor(Update(1, 2), Update(1, 2).size() - 1), "size");
}

}  // namespace
}  // namespace propius
