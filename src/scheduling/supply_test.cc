#include "scheduling/supply.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

Attributes Device(double cpu, double ram) { return *Attributes::Make({{"cpu_f", cpu}, {"ram_gb", ram}}, "device"); }
Constraint Cpu(double least) { return Constraint(*Attributes::Make({{"cpu_f", least}}, "bounds")); }
Constraint Ram(double least) { return Constraint(*Attributes::Make({{"ram_gb", least}}, "bounds")); }

void NoFleet(const std::function<void(const Attributes&, double)>& /*visit*/) {}

void CountMany(Supply& supply, const Attributes& device, int times, Time now) {
  for (int i = 0; i < times; ++i) supply.Count(supply.Locate(device), now);
}

TEST(Supply, TellsDevicesApartByTheWatchedConstraintsAlone) {
  Supply supply;
  const PredicateId strong = supply.Watch(Cpu(4), NoFleet);
  const PredicateId roomy = supply.Watch(Ram(4), NoFleet);
  const AtomId both = supply.Locate(Device(8, 8));
  const AtomId neither = supply.Locate(Device(1, 1));
  const AtomId only_strong = supply.Locate(Device(5, 1));

  EXPECT_EQ(supply.Locate(Device(4, 4)), both);
  EXPECT_EQ(supply.atoms(), 3U);
  EXPECT_TRUE(supply.Meets(both, strong) && supply.Meets(both, roomy));
  EXPECT_FALSE(supply.Meets(neither, strong) || supply.Meets(neither, roomy));
  EXPECT_TRUE(supply.Meets(only_strong, strong));
  EXPECT_FALSE(supply.Meets(only_strong, roomy));
  EXPECT_EQ(supply.constraint(roomy), Ram(4));
}

TEST(Supply, HasNoRatesBeforeTheFirstCheckIn) {
  Supply supply;
  const PredicateId all = supply.Watch({}, NoFleet);
  supply.Locate(Device(1, 1));
  supply.Advance(Time(1h));
  EXPECT_THAT(supply.rates(), ElementsAre(0.0));
  EXPECT_EQ(supply.Rate(all), 0);
  EXPECT_EQ(supply.TotalRate(), 0);
}

TEST(Supply, GivesSensibleRatesFromTheFirstCheckInOn) {
  Supply supply;
  const PredicateId all = supply.Watch({}, NoFleet);
  supply.Count(supply.Locate(Device(1, 1)), Time(1000s));
  EXPECT_EQ(supply.Rate(all), 1);  // as if in one second
  for (int i = 1; i <= 20; ++i) supply.Count(supply.Locate(Device(1, 1)), Time(1000s) + i * 2s);
  EXPECT_NEAR(supply.Rate(all), 21.0 / 40, 1e-9);
  supply.Advance(Time(1000s) + 84s);
  EXPECT_NEAR(supply.Rate(all), 21.0 / 84, 1e-9);
}

TEST(Supply, AveragesOverTheWindowAndForgetsWhatLeftIt) {
  Supply supply(1h, 4);
  const PredicateId all = supply.Watch({}, NoFleet);
  const AtomId atom = supply.Locate(Device(1, 1));
  for (int minute = 0; minute < 300; ++minute) supply.Count(atom, Time(minute * 1min));
  // The window's last quarter is filling: minutes 255 to 299 are in it.
  EXPECT_NEAR(supply.Rate(all), 60.0 / (59 * 60), 1e-9);
  supply.Advance(Time(315min));
  EXPECT_NEAR(supply.Rate(all), 30.0 / (45 * 60), 1e-9);
  supply.Advance(Time(1000h));
  EXPECT_EQ(supply.Rate(all), 0);
  supply.Count(atom, Time(1000h) + 1s);
  EXPECT_GT(supply.Rate(all), 0);
}

TEST(Supply, CountsACheckInThatComesOutOfOrder) {
  Supply supply(1h, 4);
  const PredicateId all = supply.Watch({}, NoFleet);
  const AtomId atom = supply.Locate(Device(1, 1));
  supply.Count(atom, Time(100s));
  supply.Count(atom, Time(50s));
  supply.Advance(Time(40s));
  supply.Advance(Time(110s));
  EXPECT_NEAR(supply.Rate(all), 0.2, 1e-9);
}

TEST(Supply, AWindowOfOneBucketWorksToo) {
  Supply supply(1min, 1);
  const PredicateId all = supply.Watch({}, NoFleet);
  supply.Count(supply.Locate(Device(1, 1)), Time(0s));
  EXPECT_EQ(supply.Rate(all), 1);
  supply.Advance(Time(60s));
  EXPECT_EQ(supply.Rate(all), 0);
}

TEST(Supply, SplitsTheFleetsPastByANewConstraint) {
  Supply supply;
  const PredicateId all = supply.Watch({}, NoFleet);
  CountMany(supply, Device(1, 1), 100, Time(0s));
  supply.Advance(Time(100s));
  const std::uint64_t before = supply.epoch();

  const PredicateId strong = supply.Watch(Cpu(4), [](const auto& visit) {
    visit(Device(1, 1), 30);
    visit(Device(8, 1), 10);
  });
  EXPECT_NE(supply.epoch(), before);
  EXPECT_NEAR(supply.Rate(all), 1, 1e-9);
  EXPECT_NEAR(supply.Rate(strong), 0.25, 1e-9);
  EXPECT_NEAR(supply.TotalRate(), 1, 1e-9);
}

TEST(Supply, SplitsEachAtomByItsOwnDevices) {
  Supply supply;
  const PredicateId strong = supply.Watch(Cpu(4), NoFleet);
  CountMany(supply, Device(8, 1), 60, Time(0s));
  CountMany(supply, Device(1, 1), 40, Time(0s));
  supply.Advance(Time(1s));
  const PredicateId roomy = supply.Watch(Ram(4), [](const auto& visit) {
    visit(Device(8, 8), 1);
    visit(Device(8, 1), 2);
    visit(Device(1, 1), 5);
  });
  EXPECT_NEAR(supply.Rate(roomy), 20, 1e-9);
  EXPECT_NEAR(supply.Rate(strong), 60, 1e-9);
  const AtomSet both = supply.Eligible(strong) & supply.Eligible(roomy);
  EXPECT_NEAR(both.Weight(supply.rates()), 20, 1e-9);
}

TEST(Supply, SplitsByLogicWhereTheOtherConstraintsSettleIt) {
  Supply supply;
  supply.Watch(Cpu(4), NoFleet);
  CountMany(supply, Device(8, 1), 60, Time(0s));
  CountMany(supply, Device(1, 1), 40, Time(0s));
  const auto misleading = [](const auto& visit) { visit(Device(5, 1), 1); };
  // Whoever has 4 has 2, whatever the fleet of now looks like; of those without, the fleet must be asked.
  const PredicateId weaker = supply.Watch(Cpu(2), [](const auto& visit) { visit(Device(1, 1), 1); });
  EXPECT_NEAR(supply.Rate(weaker), 60, 1e-9);
  // Nobody without 4 has 6.
  const PredicateId stronger = supply.Watch(Cpu(6), misleading);
  EXPECT_NEAR(supply.Rate(stronger), 0, 1e-9);
}

TEST(Supply, AsksTheWholeFleetWhereAnAtomHasNoDeviceLeft) {
  Supply supply;
  supply.Watch(Cpu(4), NoFleet);
  CountMany(supply, Device(8, 1), 60, Time(0s));
  const PredicateId roomy = supply.Watch(Ram(4), [](const auto& visit) {
    visit(Device(1, 8), 1);
    visit(Device(1, 1), 2);
  });
  EXPECT_NEAR(supply.Rate(roomy), 20, 1e-9);
}

TEST(Supply, WatchesAConstraintOnceHoweverManyJobsHaveIt) {
  Supply supply;
  const PredicateId first = supply.Watch(Cpu(4), NoFleet);
  const std::uint64_t epoch = supply.epoch();
  EXPECT_EQ(supply.Watch(Cpu(4), NoFleet), first);
  supply.Unwatch(first);
  EXPECT_EQ(supply.epoch(), epoch);
  EXPECT_EQ(supply.constraint(first), Cpu(4));
  supply.Unwatch(first);
  EXPECT_NE(supply.epoch(), epoch);
}

TEST(Supply, UsesTheIdsOfForgottenConstraintsAgain) {
  Supply supply;
  const PredicateId strong = supply.Watch(Cpu(4), NoFleet);
  const PredicateId roomy = supply.Watch(Ram(4), NoFleet);
  CountMany(supply, Device(8, 8), 10, Time(0s));
  CountMany(supply, Device(1, 8), 30, Time(0s));
  supply.Unwatch(strong);
  EXPECT_EQ(supply.atoms(), 1U);
  EXPECT_NEAR(supply.Rate(roomy), 40, 1e-9);  // what was told apart is one again

  EXPECT_EQ(supply.Watch(Ram(9), NoFleet), strong);
  EXPECT_EQ(supply.predicates(), 2U);
  EXPECT_FALSE(supply.Meets(supply.Locate(Device(8, 8)), strong));
  EXPECT_TRUE(supply.Meets(supply.Locate(Device(8, 9)), strong));
}

TEST(Supply, WatchesMoreConstraintsThanAWordHasBits) {
  Supply supply;
  std::vector<PredicateId> ids;
  for (int least = 1; least <= 130; ++least) {
    ids.push_back(supply.Watch(Cpu(least), [](const auto& visit) { visit(Device(65, 1), 1); }));
    CountMany(supply, Device(65, 1), 1, Time(0s));
  }
  const AtomId atom = supply.Locate(Device(65, 1));
  for (int least = 1; least <= 130; ++least) {
    EXPECT_EQ(supply.Meets(atom, ids[static_cast<std::size_t>(least - 1)]), least <= 65) << least;
  }
  EXPECT_NEAR(supply.TotalRate(), 130, 1e-9);
  for (const PredicateId id : ids) supply.Unwatch(id);
  EXPECT_EQ(supply.atoms(), 1U);
  EXPECT_NEAR(supply.TotalRate(), 130, 1e-9);
}

// Thirteen independent attributes make 8,192 kinds of devices.
class ManyKinds : public testing::Test {
 protected:
  ManyKinds() {
    for (int i = 0; i < 13; ++i) {
      ids_.push_back(supply_.Watch(Constraint(*Attributes::Make({{Name(i), 1}}, "bounds")), NoFleet));
    }
  }
  static std::string Name(int i) { return "a" + std::to_string(i); }
  static Attributes Kind(unsigned bits) {
    std::vector<Attribute> entries;
    for (int i = 0; i < 13; ++i) entries.push_back({Name(i), ((bits >> i) & 1U) != 0 ? 1.0 : 0.0});
    return *Attributes::Make(std::move(entries), "device");
  }

  Supply supply_;
  std::vector<PredicateId> ids_;
};

TEST_F(ManyKinds, LeavesDevicesUnchartedWhenThereIsNoRoom) {
  for (unsigned kind = 0; kind < 5'000; ++kind) supply_.Count(supply_.Locate(Kind(kind)), Time(0s));
  EXPECT_EQ(supply_.atoms(), Supply::kMostAtoms);
  EXPECT_EQ(supply_.Locate(Kind(4'999)), kUncharted);
  EXPECT_FALSE(supply_.Meets(kUncharted, ids_[0]));
  EXPECT_NEAR(supply_.TotalRate(), 5'000, 1e-6);
  EXPECT_EQ(supply_.rates().size(), Supply::kMostAtoms);
}

TEST_F(ManyKinds, MakesRoomWhenKindsHaveLeftTheWindow) {
  for (unsigned kind = 0; kind < 5'000; ++kind) supply_.Count(supply_.Locate(Kind(kind)), Time(0s));
  const std::uint64_t full = supply_.epoch();
  supply_.Count(supply_.Locate(Kind(3)), Time(20h));
  supply_.Advance(Time(30h));
  EXPECT_NE(supply_.epoch(), full);
  EXPECT_EQ(supply_.atoms(), 1U);
  EXPECT_NE(supply_.Locate(Kind(4'999)), kUncharted);
}

TEST_F(ManyKinds, KeepsTheCommonKindsWhenASplitMakesTooMany) {
  for (unsigned kind = 0; kind < 4'000; ++kind) {
    for (int i = 0; i < (kind < 100 ? 9 : 1); ++i) supply_.Count(supply_.Locate(Kind(kind)), Time(0s));
  }
  const double total = supply_.TotalRate();
  const auto half = [](const auto& visit) {
    visit(Device(1, 1), 1);
    visit(Device(1, 8), 1);
  };
  const PredicateId roomy = supply_.Watch(Ram(4), half);
  EXPECT_LE(supply_.atoms(), Supply::kMostAtoms);
  EXPECT_NEAR(supply_.TotalRate(), total, 1e-6);
  EXPECT_GE(supply_.Rate(roomy), 450);  // half of each of the common hundred at least
  EXPECT_NE(supply_.Locate(Kind(5)), kUncharted);
}

TEST(Supply, CountsAnAtomOfAnOldNumberingAsUncharted) {
  Supply supply;
  supply.Watch({}, NoFleet);
  supply.Count(77, Time(0s));
  supply.Count(kUncharted, Time(0s));
  EXPECT_EQ(supply.atoms(), 0U);
  EXPECT_NEAR(supply.TotalRate(), 2, 1e-9);
}

// Whatever is watched and forgotten, no check-in is lost or invented, and every set agrees with the constraints.
TEST(Supply, KeepsEveryCheckInThroughRandomChanges) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rng chance(seed);
    Supply supply;
    std::map<PredicateId, int> watched;
    const auto fleet = [](const auto& visit) {
      for (int cpu = 0; cpu < 4; ++cpu) {
        for (int ram = 0; ram < 4; ++ram) visit(Device(cpu, ram), 1 + cpu);
      }
    };
    double counted = 0;
    Time first = Time::max();
    for (int step = 0; step < 300; ++step) {
      const double least = static_cast<double>(chance.Below(5));
      const auto now = Time(step * 1s);
      if (chance.Chance(0.1)) {
        ++watched[supply.Watch(chance.Chance(0.5) ? Cpu(least) : Ram(least), fleet)];
      } else if (!watched.empty() && chance.Chance(0.1)) {
        const auto each = std::next(watched.begin(), static_cast<std::ptrdiff_t>(chance.Below(watched.size())));
        supply.Unwatch(each->first);
        if (--each->second == 0) watched.erase(each);
      } else {
        const auto device = Device(static_cast<double>(chance.Below(4)), static_cast<double>(chance.Below(4)));
        const AtomId atom = supply.Locate(device);
        supply.Count(atom, now);
        ++counted;
        first = std::min(first, now);
        for (const auto& [id, times] : watched) {
          ASSERT_EQ(supply.Meets(atom, id), supply.constraint(id).Admits(device));
        }
      }
      supply.Advance(now);
    }
    EXPECT_NEAR(supply.TotalRate() * Seconds(Time(299s) - first), counted, 1e-6) << seed;
  }
}

}  // namespace
}  // namespace propius
