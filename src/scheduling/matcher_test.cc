#include "scheduling/matcher.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Attributes Device(double cpu, double ram) {
  return Attributes::Make({{"cpu_f", cpu}, {"ram_gb", ram}}, "device").value();
}
Constraint Needs(const char* name, double least) {
  return Constraint(Attributes::Make({{name, least}}, "needs").value());
}

// Job 1 takes all, 2 wants a strong processor, 3 wants memory.
class MatcherTest : public ::testing::Test {
 protected:
  MatcherTest() {
    seen_.Add(1);
    seen_.Add(2, Needs("cpu_f", 7));
    seen_.Add(3, Needs("ram_gb", 8));
  }

  void Load(Plan plan) { matcher_.Load(std::move(plan), seen_.requests, seen_.jobs); }

  DeviceView ViewOf(const Attributes& attributes, double hash = 0.5) {
    return {.atom = seen_.supply.Locate(attributes),
            .hash = hash,
            .speed = DeviceSpeed::Of(attributes),
            .attributes = &attributes};
  }

  // The jobs that are offered to a device that declines all of them.
  std::vector<std::uint64_t> Offered(const DeviceView& device) {
    std::vector<std::uint64_t> jobs;
    const bool taken = matcher_.Match(device, seen_.now, chance_, [&](std::size_t request) {
      jobs.push_back(seen_.requests[request].job.value);
      return false;
    });
    EXPECT_FALSE(taken);
    return jobs;
  }

  static Group InOrder(std::vector<std::uint64_t> jobs) {
    Group group;
    for (const std::uint64_t job : jobs) group.order.push_back({job});
    return group;
  }

  SeenByPolicy seen_;
  Matcher matcher_{seen_.supply, seen_.experience};
  Rng chance_{1};
  const Attributes strong_ = Device(9, 4);
  const Attributes roomy_ = Device(3, 12);
  const Attributes both_ = Device(9, 12);
  const Attributes weak_ = Device(1, 1);
};

TEST_F(MatcherTest, OffersInTheOrderOfThePlanWhatTheDeviceIsEligibleFor) {
  Load({.groups = {InOrder({3, 2, 1})}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(both_)), ElementsAre(3, 2, 1));
  EXPECT_THAT(Offered(ViewOf(strong_)), ElementsAre(2, 1));
  EXPECT_THAT(Offered(ViewOf(weak_)), ElementsAre(1));
  EXPECT_THAT(Offered(ViewOf(both_)), ElementsAre(3, 2, 1)) << "and a second device sees the same";
}

TEST_F(MatcherTest, StopsAtTheRequestThatIsTaken) {
  Load({.groups = {InOrder({3, 2, 1})}, .terms = {}});
  std::vector<std::size_t> visited;
  EXPECT_TRUE(matcher_.Match(ViewOf(both_), seen_.now, chance_, [&](std::size_t request) {
    visited.push_back(request);
    return request == 1;
  }));
  EXPECT_THAT(visited, ElementsAre(2, 1));
}

TEST_F(MatcherTest, BringsDevicesToTheGroupFirstThatTheyAreFirstOf) {
  Group rare = InOrder({2});
  Group common = InOrder({1});
  common.first.Add(seen_.supply.Locate(both_));
  rare.first.Add(seen_.supply.Locate(strong_));
  Load({.groups = {rare, common}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(strong_)), ElementsAre(2, 1));
  EXPECT_THAT(Offered(ViewOf(both_)), ElementsAre(1, 2));
  EXPECT_THAT(Offered(ViewOf(weak_)), ElementsAre(1));
}

TEST_F(MatcherTest, KeepsOtherDevicesOutOfAGroupThatIsOnlyForItsAtoms) {
  Group own = InOrder({1});
  own.first.Add(seen_.supply.Locate(strong_));
  own.only_first = true;
  own.part = {0, 0.5};
  Load({.groups = {own, InOrder({2})}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(strong_, 0.1)), ElementsAre(1, 2));
  EXPECT_THAT(Offered(ViewOf(strong_, 0.7)), ElementsAre(2));
  EXPECT_THAT(Offered(ViewOf(both_, 0.1)), ElementsAre(2));
  DeviceView uncharted = ViewOf(strong_, 0.1);
  uncharted.atom = kUncharted;
  EXPECT_THAT(Offered(uncharted), ElementsAre(2));
}

TEST_F(MatcherTest, ForgetsTheWayOfAnEarlierPlan) {
  Load({.groups = {InOrder({1}), InOrder({2}), InOrder({3})}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(both_)), ElementsAre(1, 2, 3));
  Group own = InOrder({1});
  own.first.Add(seen_.supply.Locate(strong_));
  own.only_first = true;
  Load({.groups = {own}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(both_)), IsEmpty());
}

TEST_F(MatcherTest, KeepsDevicesOutOfGroupsThatDoNotAdmitThem) {
  Group of_strong = InOrder({1});
  of_strong.admits = Needs("cpu_f", 7);
  Group of_first_half = InOrder({3});
  of_first_half.part = {0, 0.5};
  Load({.groups = {of_strong, of_first_half}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(both_, 0.1)), ElementsAre(1, 3));
  EXPECT_THAT(Offered(ViewOf(both_, 0.5)), ElementsAre(1));
  EXPECT_THAT(Offered(ViewOf(roomy_, 0.49)), ElementsAre(3));
}

TEST_F(MatcherTest, DrawsOneJobOfAGroupAndNoOther) {
  Group drawn = InOrder({1, 2, 3, 99});  // job 99 takes no devices now
  drawn.draw_one = true;
  Load({.groups = {drawn}, .terms = {}});
  std::multiset<std::uint64_t> offered;
  int none = 0;
  for (int i = 0; i < 1'000; ++i) {
    const auto jobs = Offered(ViewOf(strong_));
    ASSERT_LE(jobs.size(), 1U);
    if (jobs.empty()) ++none;
    offered.insert(jobs.begin(), jobs.end());
  }
  // A quarter each for jobs 1 and 2; the draws of job 3 and of job 99 come to nothing. 190 of 1,000 is 4 deviations.
  EXPECT_GT(offered.count(1), 190U);
  EXPECT_GT(offered.count(2), 190U);
  EXPECT_EQ(offered.count(3), 0U);
  EXPECT_GT(none, 430);
}

TEST_F(MatcherTest, OffersAJobOnceThoughItStandsInTwoGroups) {
  Load({.groups = {InOrder({2, 1}), InOrder({1, 2, 3})}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(both_)), ElementsAre(2, 1, 3));
}

TEST_F(MatcherTest, LooksAtTheAttributesOfUnchartedDevices) {
  Load({.groups = {InOrder({3, 2, 1})}, .terms = {}});
  DeviceView device = ViewOf(strong_);
  device.atom = kUncharted;
  EXPECT_THAT(Offered(device), ElementsAre(2, 1));
  device.attributes = nullptr;
  EXPECT_THAT(Offered(device), ElementsAre(1));
}

TEST_F(MatcherTest, ServesOnlyTheTierOfAJobThatAsksForOne) {
  seen_.jobs[0].work = {.samples = 100};
  Load({.groups = {InOrder({1})}, .terms = {{.job = {1}, .fastest = 1s, .slowest = 2s, .care = {}}}});
  DeviceView device = ViewOf(weak_);
  device.speed.ms_per_sample = 10;
  EXPECT_THAT(Offered(device), ElementsAre(1));
  device.speed.ms_per_sample = 9.9;
  EXPECT_THAT(Offered(device), IsEmpty());
  device.speed.ms_per_sample = 20;
  EXPECT_THAT(Offered(device), IsEmpty());
  device.speed.ms_per_sample = 0;
  EXPECT_THAT(Offered(device), IsEmpty()) << "nobody knows its tier";
}

TEST_F(MatcherTest, PassesOverARoundThatTheDeviceCannotReportToInTime) {
  seen_.jobs[0].work = {.samples = 100};
  const OpenRequest& request = seen_.requests[0];
  seen_.experience.RoundOpened({request.job, request.round}, 10, 8, seen_.now + 10min, seen_.now);
  Load({.groups = {InOrder({1})},
        .terms = {{.job = {1}, .care = RoundCare{.available_rate = 10, .supply_rate = 10, .patience = 1h}}}});
  DeviceView device = ViewOf(weak_);
  device.speed.ms_per_sample = 1'000;
  EXPECT_THAT(Offered(device), ElementsAre(1));
  device.speed.ms_per_sample = 6'000;
  EXPECT_THAT(Offered(device), IsEmpty());
}

TEST_F(MatcherTest, ForgetsThePlanBefore) {
  Load({.groups = {InOrder({1, 2}), InOrder({3})}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(both_)), ElementsAre(1, 2, 3));
  Load({.groups = {InOrder({2})}, .terms = {}});
  EXPECT_THAT(Offered(ViewOf(both_)), ElementsAre(2));
  Load({});
  EXPECT_THAT(Offered(ViewOf(both_)), IsEmpty());
}

TEST(HashOf, SpreadsDevicesEvenly) {
  int low = 0;
  for (std::uint64_t id = 1; id <= 10'000; ++id) {
    const double hash = HashOf({id});
    ASSERT_GE(hash, 0);
    ASSERT_LT(hash, 1);
    if (hash < 0.25) ++low;
  }
  EXPECT_NEAR(low, 2'500, 200);
}

}  // namespace
}  // namespace propius
