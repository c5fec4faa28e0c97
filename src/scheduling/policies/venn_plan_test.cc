#include "scheduling/policies/venn_plan.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Groups in ascending order of supply, from literals.
class Fleet {
 public:
  explicit Fleet(std::vector<double> rates) : rates_(std::move(rates)) {}

  Fleet& Add(std::initializer_list<AtomId> eligible, std::vector<std::uint64_t> demands, double weight = 1) {
    AtomSet set;
    for (const AtomId atom : eligible) set.Add(atom);
    return Add(set, std::move(demands), weight);
  }
  Fleet& Add(const AtomSet& eligible, std::vector<std::uint64_t> demands, double weight = 1) {
    std::ranges::sort(demands);
    std::partial_sum(demands.begin(), demands.end(), demands.begin());
    sets_.push_back(eligible);
    asked_.push_back(std::move(demands));
    weights_.push_back(weight);
    return *this;
  }

  std::vector<AtomSet> Share() const {
    std::vector<VennGroup> groups;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      groups.push_back({&sets_[i], sets_[i].Weight(rates_), asked_[i], weights_[i]});
    }
    return ShareOutAtoms(groups, rates_);
  }
  std::vector<std::vector<AtomId>> Owned() const {
    std::vector<std::vector<AtomId>> owned;
    for (const AtomSet& set : Share())
      set.ForEach([&atoms = owned.emplace_back()](AtomId atom) { atoms.push_back(atom); });
    return owned;
  }
  const std::vector<AtomSet>& sets() const { return sets_; }

 private:
  std::vector<double> rates_;
  std::vector<AtomSet> sets_;
  std::vector<std::vector<std::uint64_t>> asked_;
  std::vector<double> weights_;
};

TEST(VennPlan, GivesScarceDevicesToTheGroupThatHasNoOthers) {
  // Atom 0 can do all, atom 1 only the modest jobs.
  EXPECT_THAT(Fleet({1, 9}).Add({0}, {10, 10}).Add({0, 1}, {10, 10}).Owned(),
              ElementsAre(ElementsAre(0), ElementsAre(1)));
}

TEST(VennPlan, MovesDevicesToALongQueueOfShortJobs) {
  const auto owned = Fleet({5, 5}).Add({0}, {1000}).Add({0, 1}, {1, 1, 1, 1, 1, 1}).Owned();
  EXPECT_THAT(owned, ElementsAre(IsEmpty(), ElementsAre(0, 1)));
}

TEST(VennPlan, LeavesDevicesWithALongQueueOfScarceJobs) {
  const auto owned = Fleet({5, 5}).Add({0}, {1, 1, 1, 1, 1, 1}).Add({0, 1}, {1000}).Owned();
  EXPECT_THAT(owned, ElementsAre(ElementsAre(0), ElementsAre(1)));
}

TEST(VennPlan, CountsOnlyTheJobsThatAreDoneBeforeTheOtherQueueHasDrained) {
  // Three jobs wait with the abundant devices, but only one of them would gain: the scarce queue drains at 2 s.
  const auto owned = Fleet({5, 5}).Add({0}, {5, 5}).Add({0, 1}, {5, 1000, 1000}).Owned();
  EXPECT_THAT(owned, ElementsAre(ElementsAre(0), ElementsAre(1)));
  const auto longer = Fleet({5, 5}).Add({0}, {5, 5000}).Add({0, 1}, {5, 1000, 1000}).Owned();
  EXPECT_THAT(longer, ElementsAre(IsEmpty(), ElementsAre(0, 1)));
}

TEST(VennPlan, TakesOverOnlyWhatItCanUse) {
  // Of the scarce group's atoms 0 and 1 the other can use 1 alone: the released code took both.
  const auto owned = Fleet({2, 2, 5}).Add({0, 1}, {1000}).Add({1, 2}, {1, 1, 1, 1}).Owned();
  EXPECT_THAT(owned, ElementsAre(ElementsAre(0), ElementsAre(1, 2)));
}

TEST(VennPlan, PassesOverAGroupWithWhichItSharesNothing) {
  // The next scarcer group is a stranger; the one after it is not.
  const auto owned = Fleet({1, 2, 5}).Add({0}, {1000}).Add({1}, {10}).Add({0, 2}, {1, 1, 1, 1, 1, 1}).Owned();
  EXPECT_THAT(owned, ElementsAre(IsEmpty(), ElementsAre(1), ElementsAre(0, 2)));
}

TEST(VennPlan, StopsAtTheFirstGroupThatIsWorthMoreThanItself) {
  // It would win against the scarcest, but not against the one between.
  const auto owned =
      Fleet({1, 1, 6}).Add({0}, {1000}).Add({0, 1}, {1, 1, 1, 1, 1, 1, 1, 1}).Add({0, 1, 2}, {500, 500}).Owned();
  EXPECT_THAT(owned.back(), ElementsAre(2));
}

TEST(VennPlan, LetsAGroupWithoutDevicesOfItsOwnWinSome) {
  // Both halves of what the third can use belong to scarcer groups.
  const auto owned = Fleet({1, 2}).Add({0}, {1000}).Add({1}, {1000}).Add({0, 1}, {10, 10, 10}).Owned();
  EXPECT_THAT(owned, ElementsAre(IsEmpty(), IsEmpty(), ElementsAre(0, 1)));
  const auto tie = Fleet({1, 2}).Add({0}, {1000}).Add({1}, {1000}).Add({0, 1}, {10}).Owned();
  EXPECT_THAT(tie.back(), ElementsAre(1));
  const auto long_job = Fleet({1, 2}).Add({0}, {10}).Add({1}, {10}).Add({0, 1}, {1000}).Owned();
  EXPECT_THAT(long_job, ElementsAre(ElementsAre(0), ElementsAre(1), IsEmpty()));
}

TEST(VennPlan, WeighsWaitingJobsAsFairnessSays) {
  const auto plain = Fleet({5, 5}).Add({0}, {1000}).Add({0, 1}, {10, 10}).Owned();
  EXPECT_THAT(plain, ElementsAre(IsEmpty(), ElementsAre(0, 1)));
  const auto weighted = Fleet({5, 5}).Add({0}, {1000}, 3).Add({0, 1}, {10, 10}).Owned();
  EXPECT_THAT(weighted, ElementsAre(ElementsAre(0), ElementsAre(1)));
  // What is common to all weights changes nothing.
  const auto scaled = Fleet({5, 5}).Add({0}, {1000}, 1e90).Add({0, 1}, {10, 10}, 1e90).Owned();
  EXPECT_EQ(scaled, plain);
}

TEST(VennPlan, PlansWithoutAnySupply) {
  EXPECT_THAT(Fleet({}).Owned(), IsEmpty());
  EXPECT_THAT(Fleet({}).Add({}, {10}).Add({}, {10, 20}).Owned(), ElementsAre(IsEmpty(), IsEmpty()));
  // Seen, but not within the window: owned all the same, in case one comes.
  EXPECT_THAT(Fleet({0, 0}).Add({0}, {10}).Add({0, 1}, {10, 20}).Owned(), ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(Fleet({0, 3}).Add({0}, {10}).Add({0, 1}, {10, 20}).Owned(), ElementsAre(ElementsAre(0), ElementsAre(1)));
}

struct Instance {
  Fleet fleet{{}};
  std::size_t atoms = 0;
};

Instance Draw(Rng& chance) {
  Instance instance;
  instance.atoms = 1 + chance.Below(100);
  std::vector<double> rates(instance.atoms);
  for (double& rate : rates) rate = chance.Chance(0.1) ? 0 : chance.Exponential(1);
  std::vector<AtomSet> sets(1 + chance.Below(12));
  for (AtomSet& set : sets) {
    const double share = chance.Uniform();
    for (AtomId atom = 0; atom < instance.atoms; ++atom) {
      if (chance.Chance(share)) set.Add(atom);
    }
  }
  std::ranges::sort(sets, {}, [&](const AtomSet& set) { return set.Weight(rates); });
  instance.fleet = Fleet(rates);
  for (const AtomSet& set : sets) {
    std::vector<std::uint64_t> demands(1 + chance.Below(30));
    for (std::uint64_t& demand : demands) demand = 1 + chance.Below(1000);
    instance.fleet.Add(set, demands, chance.Chance(0.5) ? 1 : chance.Exponential(1));
  }
  return instance;
}

TEST(VennPlan, GivesEveryUsableAtomToExactlyOneGroupThatCanUseIt) {
  Rng chance(11);
  for (int round = 0; round < 2'000; ++round) {
    const Instance instance = Draw(chance);
    const std::vector<AtomSet> owned = instance.fleet.Share();
    for (AtomId atom = 0; atom < instance.atoms; ++atom) {
      int owners = 0;
      bool usable = false;
      for (std::size_t group = 0; group < owned.size(); ++group) {
        const bool eligible = instance.fleet.sets()[group].Has(atom);
        usable |= eligible;
        if (!owned[group].Has(atom)) continue;
        ++owners;
        ASSERT_TRUE(eligible) << round;
      }
      ASSERT_EQ(owners, usable ? 1 : 0) << round;
    }
  }
}

// Two queues in the fluid limit: who owns the shared devices may change whenever a job is done.
class TwoQueues {
 public:
  explicit TwoQueues(Rng& chance) {
    for (std::vector<double>* queue : {&scarce_, &abundant_}) {
      for (std::uint64_t jobs = 1 + chance.Below(4); jobs > 0; --jobs) queue->push_back(chance.Uniform(1, 100));
      std::ranges::sort(*queue);
    }
    own_ = chance.Uniform(0.1, 3);
    shared_ = chance.Uniform(0.1, 3);
  }

  bool empty() const { return scarce_.empty() && abundant_.empty(); }
  bool contended() const { return !scarce_.empty() && !abundant_.empty(); }
  bool abundant_is_shorter() const { return abundant_.front() < scarce_.front(); }

  bool VennMovesTheShared() const {
    Fleet fleet({shared_, own_});
    fleet.Add({0}, Scaled(scarce_)).Add({0, 1}, Scaled(abundant_));
    return fleet.Share()[1].Has(0);
  }

  // To the next completion, or for `longest`; the delay that all who wait suffer meanwhile.
  double Advance(bool abundant_owns, double longest = std::numeric_limits<double>::infinity()) {
    const auto waiting = static_cast<double>(scarce_.size() + abundant_.size());
    const double abundant_rate = own_ + (abundant_owns || scarce_.empty() ? shared_ : 0);
    const double scarce_rate = !abundant_owns || abundant_.empty() ? shared_ : 0;
    const double time = std::min({longest, TimeOf(abundant_, abundant_rate), TimeOf(scarce_, scarce_rate)});
    Serve(abundant_, time * abundant_rate);
    Serve(scarce_, time * scarce_rate);
    return waiting * time;
  }

  template <typename AbundantOwns>
  double Delay(AbundantOwns abundant_owns) const {
    TwoQueues queues = *this;
    double delay = 0;
    while (!queues.empty()) delay += queues.Advance(queues.contended() && abundant_owns(queues));
    return delay;
  }
  double LeastDelay() const {
    if (!contended()) return Delay([](const TwoQueues&) { return false; });
    double least = std::numeric_limits<double>::infinity();
    for (const bool abundant_owns : {false, true}) {
      TwoQueues next = *this;
      const double delay = next.Advance(abundant_owns);
      least = std::min(least, delay + next.LeastDelay());
    }
    return least;
  }

 private:
  static std::vector<std::uint64_t> Scaled(const std::vector<double>& demands) {
    std::vector<std::uint64_t> scaled;
    for (const double demand : demands) scaled.push_back(static_cast<std::uint64_t>(demand * 1e9));
    return scaled;
  }
  static double TimeOf(const std::vector<double>& queue, double rate) {
    return queue.empty() || rate <= 0 ? std::numeric_limits<double>::infinity() : queue.front() / rate;
  }
  static void Serve(std::vector<double>& queue, double devices) {
    if (queue.empty()) return;
    queue.front() -= devices;
    if (queue.front() < 1e-9) queue.erase(queue.begin());
  }

  std::vector<double> scarce_;  // remaining demands, ascending
  std::vector<double> abundant_;
  double own_ = 1;     // rate of what the abundant group alone can use
  double shared_ = 1;  // of what both can
};

// Lemma 2 by its exchange argument (venn.md 1.7): the first devices are moved just when that lowers the total delay of
// a plan in which the scarce group keeps the shared ones until it has drained.
TEST(VennPlan, MovesTheFirstDevicesOfTwoGroupsJustWhenThatLowersTheDelay) {
  Rng chance(5);
  int moved = 0;
  constexpr int kRounds = 2'000;
  for (int round = 0; round < kRounds; ++round) {
    const TwoQueues queues(chance);
    const auto scarce_owns = [](const TwoQueues&) { return false; };
    const double kept = queues.Delay(scarce_owns);
    TwoQueues after = queues;
    const double first = after.Advance(true, 1e-6);
    const double exchanged = first + after.Delay(scarce_owns);
    const bool moves = queues.VennMovesTheShared();
    moved += moves ? 1 : 0;
    EXPECT_EQ(moves, exchanged < kept) << "round " << round << ": " << exchanged - kept;
  }
  EXPECT_GT(moved, kRounds / 10);
  EXPECT_LT(moved, kRounds * 9 / 10);
}

// The exchange is of the first devices only: over whole queues the rule is not always the best of all, but near it.
TEST(VennPlan, IsNearTheBestOfAllPlansForTwoGroups) {
  Rng chance(6);
  double best = 0;
  double venn = 0;
  double shortest_first = 0;
  double scarcest_first = 0;
  for (int round = 0; round < 500; ++round) {
    const TwoQueues queues(chance);
    best += queues.LeastDelay();
    venn += queues.Delay([](const TwoQueues& now) { return now.VennMovesTheShared(); });
    shortest_first += queues.Delay([](const TwoQueues& now) { return now.abundant_is_shorter(); });
    scarcest_first += queues.Delay([](const TwoQueues&) { return false; });
  }
  EXPECT_LT(venn, 1.02 * best);
  EXPECT_LT(venn, shortest_first);
  EXPECT_LT(venn, scarcest_first);
}

}  // namespace
}  // namespace propius
