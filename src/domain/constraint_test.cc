#include "domain/constraint.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "domain/census.h"

namespace propius {
namespace {

Attributes Of(std::vector<Attribute> entries) { return Attributes::Make(std::move(entries), "test").value(); }

TEST(Constraint, AdmitsEveryDeviceIfItHasNoBounds) {
  EXPECT_TRUE(Constraint().Admits(Attributes()));
  EXPECT_TRUE(Constraint().Admits(Of({{"a", -1}})));
}

TEST(Constraint, AdmitsADeviceAtItsBound) {
  const Constraint constraint(Of({{"cpu_f", 8}, {"ram_gb", 6}}));
  EXPECT_TRUE(constraint.Admits(Of({{"cpu_f", 8}, {"ram_gb", 6}})));
  EXPECT_TRUE(constraint.Admits(Of({{"a", 0}, {"cpu_f", 9}, {"d", 0}, {"ram_gb", 7}, {"z", 0}})));
  EXPECT_FALSE(constraint.Admits(Of({{"cpu_f", 7.999}, {"ram_gb", 6}})));
  EXPECT_FALSE(constraint.Admits(Of({{"cpu_f", 8}, {"ram_gb", 5}})));
}

TEST(Constraint, AdmitsNoDeviceThatLacksAnAttribute) {
  const Constraint constraint(Of({{"cpu_f", -100}, {"ram_gb", 6}}));
  EXPECT_FALSE(constraint.Admits(Attributes()));
  EXPECT_FALSE(constraint.Admits(Of({{"ram_gb", 6}})));
  EXPECT_FALSE(constraint.Admits(Of({{"cpu_f", 8}})));
}

TEST(Constraint, AdmitsAsItsDefinitionSays) {
  Rng chance(1);
  const auto random = [&] {
    std::vector<Attribute> entries;
    for (char name = 'a'; name < 'g'; ++name) {
      if (chance.Chance(0.6)) entries.push_back({std::string(1, name), static_cast<double>(chance.Below(3))});
    }
    return Of(std::move(entries));
  };
  int admitted = 0;
  for (int i = 0; i < 5'000; ++i) {
    const Constraint constraint(random());
    const Attributes device = random();
    bool expected = true;
    for (const Attribute& bound : constraint.bounds().entries()) {
      const std::optional<double> value = device.Get(bound.name);
      expected = expected && value && *value >= bound.value;
    }
    ASSERT_EQ(constraint.Admits(device), expected);
    admitted += expected ? 1 : 0;
  }
  EXPECT_GT(admitted, 100);
}

class FixedCensus final : public Census {
 public:
  FixedCensus(std::int64_t size, std::int64_t subset) : size_(size), subset_(subset) {}
  std::int64_t Size() const override { return size_; }
  std::int64_t SubsetSize(const Constraint& /*constraint*/) const override { return subset_; }

 private:
  std::int64_t size_;
  std::int64_t subset_;
};

TEST(Census, GivesTheShareOfDevicesThatMeetAConstraint) {
  EXPECT_EQ(FixedCensus(8, 2).Proportion({}), 0.25);
  EXPECT_EQ(FixedCensus(0, 0).Proportion({}), 0);
}

}  // namespace
}  // namespace propius
