#include "replay/kinds.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/testing.h"

namespace propius {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Attributes Cpu(double score) { return *Attributes::Make({{"cpu_f", score}}, "test"); }

TEST(Kinds, AreTheClassesOfTheFleet) {
  const auto kinds = MakeKinds(MakeWorkload({MakeJob(0, 0, 5, 1, 3)}, 1, 1, {0, 1, 15, 1, 5}));
  ASSERT_TRUE(kinds);
  EXPECT_THAT(kinds->kind_of, ElementsAre(0, 1, 2, 1, 3));
  EXPECT_THAT(kinds->meets, ElementsAre(0, 1, 15, 5));
  EXPECT_THAT(kinds->predicate_of_job, ElementsAre(2));
  EXPECT_EQ(kinds->predicates.size(), 4);
  EXPECT_TRUE(kinds->Meets(3, 2));
  EXPECT_FALSE(kinds->Meets(3, 1));
}

TEST(Kinds, AreWhatTheJobsConstraintsTellApartWhereDevicesStateAttributes) {
  ArrivingJob picky = MakeJob(0, 0, 5);
  picky.spec.needs = Constraint(Cpu(8));
  ArrivingJob open = MakeJob(1, 0, 5);
  open.spec.needs = {};
  Workload workload = MakeWorkload({picky, open, picky});
  workload.fleet.profiles = {Cpu(1), Cpu(9), Cpu(2), Cpu(8)};
  const auto kinds = MakeKinds(workload);
  ASSERT_TRUE(kinds);
  EXPECT_THAT(kinds->predicate_of_job, ElementsAre(0, 1, 0));
  EXPECT_THAT(kinds->kind_of, ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(kinds->attributes[1], Cpu(9));
}

TEST(Kinds, NeedDevices) {
  Workload workload = MakeWorkload({});
  workload.fleet.capacities.clear();
  const auto kinds = MakeKinds(workload);
  ASSERT_FALSE(kinds);
  EXPECT_THAT(kinds.error().message, HasSubstr("expected capacities and eligibility (or profiles) of devices, got 0"));
}

TEST(Kinds, HaveRoomForSixtyFourPredicates) {
  Workload workload = MakeWorkload({});
  workload.fleet.profiles = {Cpu(1)};
  for (int i = 0; i < 65; ++i) {
    workload.jobs.push_back(MakeJob(static_cast<std::uint64_t>(i), 0, 5));
    workload.jobs.back().spec.needs = Constraint(Cpu(i));
  }
  const auto kinds = MakeKinds(workload);
  ASSERT_FALSE(kinds);
  EXPECT_THAT(kinds.error().message, HasSubstr("expected jobs of at most 64 different needs, got 65"));
  workload.jobs.pop_back();
  EXPECT_TRUE(MakeKinds(workload));
}

}  // namespace
}  // namespace propius
