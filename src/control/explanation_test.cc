#include "control/explanation.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"
#include "scheduling/policies/srsf.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Ten devices a minute check in for an hour, four of ten with memory for picky jobs.
struct ExplanationTest : ::testing::Test {
  void SetUp() override {
    site.make_policy = MakeSrsf;
    site.window_span = 2h;
    site.Start();
  }
  void ComeForAnHour() {
    for (std::uint64_t device = 1; device <= 600; ++device) {
      ASSERT_TRUE(site.CheckIn(device, device % 10 < 4 ? Roomy() : Plain()));
      site.runtime.RunFor(6s);
    }
  }
  static Attributes Roomy() { return Has({{"cpu_f", 4}, {"ram_gb", 8}}); }
  static Attributes Plain() { return Has({{"cpu_f", 4}, {"ram_gb", 4}}); }
  JobSpec Picky(std::uint32_t demand) const {
    JobSpec spec = SpecOf(demand);
    spec.needs = Needs({{"cpu_f", 2}, {"ram_gb", 6}});
    spec.deadline = 10h;
    return spec;
  }
  JobExplanation Explain(const RoundKey& round) { return *site.job_desk->Explain("team", round.job); }
  static const Remedy* Find(const JobExplanation& told, Remedy::Kind kind) {
    const auto found = std::ranges::find(told.remedies, kind, &Remedy::kind);
    return found == told.remedies.end() ? nullptr : &*found;
  }
  Desks site;
};

TEST_F(ExplanationTest, IsForTheOwnerOnly) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  EXPECT_EQ(site.job_desk->Explain("others", round.job).error().code, Code::kNotFound);
  EXPECT_EQ(site.job_desk->Explain("team", {99}).error().code, Code::kNotFound);
}

TEST_F(ExplanationTest, TellsSupplyAndWindow) {
  const RoundKey round = site.OpenRound(Picky(1'000));
  ComeForAnHour();
  const JobExplanation told = Explain(round);
  EXPECT_TRUE(told.waiting);
  EXPECT_NEAR(told.checkins_per_hour, 600, 2);
  EXPECT_NEAR(told.eligible_per_hour, 240, 2);
  EXPECT_EQ(told.window_devices, 600);
  EXPECT_EQ(told.window_eligible, 240);
  EXPECT_EQ(told.rank, 1U);
  EXPECT_EQ(told.requests, 1U);
  EXPECT_EQ(told.ahead, 0U);
  ASSERT_TRUE(told.expected_wait);
  EXPECT_NEAR(Seconds(*told.expected_wait) / 3600, 1'000 / 240.0, 0.05);
}

TEST_F(ExplanationTest, TellsWhoIsAheadAndWhatTheyTake) {
  const RoundKey big = site.OpenRound(Picky(900));
  const RoundKey small = site.OpenRound(Picky(100));
  JobSpec other = SpecOf(50);
  other.needs = Needs({{"screen", 1}});  // no device states it
  other.deadline = 10h;
  site.OpenRound(other);
  ComeForAnHour();
  const JobExplanation told = Explain(big);
  EXPECT_EQ(told.rank, 3U);
  EXPECT_EQ(told.requests, 3U);
  EXPECT_EQ(told.ahead, 1U) << "who wants other devices is not in the way";
  EXPECT_THAT(told.ahead_yours, ElementsAre(small.job));
  EXPECT_EQ(told.ahead_places, 100U);
  EXPECT_NEAR(Seconds(*told.expected_wait) / 3600, 1'000 / 240.0, 0.05);
  const Remedy* alone = Find(told, Remedy::Kind::kNoRivals);
  ASSERT_NE(alone, nullptr);
  EXPECT_NEAR(Seconds(*alone->expected) / 3600, 900 / 240.0, 0.05);
  EXPECT_NEAR(Seconds(*Explain(small).expected_wait) / 3600, 100 / 240.0, 0.01);
}

TEST_F(ExplanationTest, TellsWhichConstraintCostsDevicesAndWhichDoesNot) {
  const RoundKey round = site.OpenRound(Picky(100));
  ComeForAnHour();
  const JobExplanation told = Explain(round);
  std::vector<std::string> attributes;
  for (const Remedy& remedy : told.remedies) {
    if (remedy.kind == Remedy::Kind::kConstraint) attributes.push_back(remedy.attribute);
  }
  EXPECT_THAT(attributes, ElementsAre("ram_gb"));
  const Remedy* bound = Find(told, Remedy::Kind::kConstraint);
  EXPECT_EQ(bound->bound, 6);
  EXPECT_NEAR(bound->supply_factor, 2.5, 0.01);
  EXPECT_NEAR(Seconds(*bound->expected), Seconds(*told.expected_wait) / 2.5, 1);
}

TEST_F(ExplanationTest, TellsWhatLessDemandWouldSave) {
  JobSpec spec = Picky(100);
  spec.over_commit = 1.5;
  const RoundKey round = site.OpenRound(spec);
  ComeForAnHour();
  const JobExplanation told = Explain(round);
  const double wait = Seconds(*told.expected_wait);
  EXPECT_NEAR(Seconds(*Find(told, Remedy::Kind::kOverCommit)->expected), wait * 100 / 150, 2);
  EXPECT_NEAR(Seconds(*Find(told, Remedy::Kind::kDemand)->expected), wait / 2, 2);
  for (std::size_t i = 1; i < told.remedies.size(); ++i) {
    EXPECT_LE(*told.remedies[i - 1].expected, *told.remedies[i].expected) << "most helpful first";
  }
}

TEST_F(ExplanationTest, SeesNoEndWhereNoDeviceComes) {
  JobSpec spec = SpecOf(5);
  spec.needs = Needs({{"cpu_f", 99}});
  spec.deadline = 10h;
  const RoundKey round = site.OpenRound(spec);
  EXPECT_FALSE(Explain(round).expected_wait) << "nothing has come at all";
  ComeForAnHour();
  const JobExplanation told = Explain(round);
  EXPECT_FALSE(told.expected_wait);
  EXPECT_EQ(told.window_eligible, 0);
  const Remedy* bound = Find(told, Remedy::Kind::kConstraint);
  ASSERT_NE(bound, nullptr);
  EXPECT_TRUE(std::isinf(bound->supply_factor));
  EXPECT_FALSE(bound->expected);
}

TEST_F(ExplanationTest, SaysWhenAJobWaitsForNothing) {
  const auto idle = site.Register(SpecOf(1));
  JobExplanation told = *site.job_desk->Explain("team", *idle);
  EXPECT_FALSE(told.waiting);
  EXPECT_FALSE(told.round);
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  told = Explain(round);
  EXPECT_FALSE(told.waiting);
  EXPECT_EQ(told.rank, 0U);
  EXPECT_THAT(told.remedies, IsEmpty());
  ASSERT_TRUE(site.Finish(round.job));
  told = Explain(round);
  EXPECT_EQ(told.job.state, JobState::kFinished);
  EXPECT_FALSE(told.waiting);
}

}  // namespace
}  // namespace propius
