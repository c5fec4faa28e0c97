#include "sim/contribution.h"

#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "aggregation/registry.h"

namespace propius {
namespace {

const RoundKey kRound{JobId{3}, RoundNumber{2}};

class Contributions : public testing::TestWithParam<std::string> {
 protected:
  Contributions() {
    AddBuiltinReducers(registry_);
    for (std::uint32_t slot = 0; slot < 70; ++slot) owners_[slot] = DeviceId{slot * 977 + 1};
  }

  Dtype dtype() const { return CellType(GetParam()); }
  Contribution Of(std::uint32_t slot) const { return {kRound, Slot{slot}, owners_.at(slot)}; }

  Aggregate Sum(const std::vector<std::uint32_t>& slots) const {
    const std::string plan = MakePlanBytes(dtype(), "p");
    const Manifest manifest = ParseSafetensors(plan)->manifest();
    auto reducer = *registry_.Make({.name = GetParam(), .options = {}}, manifest);
    for (const std::uint32_t slot : slots) {
      const std::string update = MakeUpdateBytes(dtype(), Of(slot));
      EXPECT_TRUE(reducer->Accumulate(*ParseSafetensors(update), Of(slot).Weight(dtype())));
    }
    Aggregate aggregate;
    aggregate.round = kRound;
    aggregate.total_weight = reducer->total_weight();
    if (!slots.empty()) aggregate.tensors = std::make_shared<const std::string>(std::move(*reducer).Report({}));
    return aggregate;
  }

  ReducerRegistry registry_;
  std::map<std::uint32_t, DeviceId> owners_;
};

TEST_P(Contributions, AreReadBackFromTheirSum) {
  const std::set<std::uint32_t> some{0, 1, 5, 63, 64, 69};
  const auto read = ReadContributors(Sum({some.begin(), some.end()}), dtype(), owners_);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, some);
}

TEST_P(Contributions, OfNobodyMakeTheEmptySet) {
  const auto read = ReadContributors(Sum({}), dtype(), owners_);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST_P(Contributions, ThatWereAddedTwiceAreFoundOut) {
  EXPECT_FALSE(ReadContributors(Sum({1, 5, 5}), dtype(), owners_));
}

TEST_P(Contributions, OfAnotherRoundAreFoundOut) {
  Aggregate aggregate = Sum({1, 5});
  aggregate.round.round = RoundNumber{3};
  EXPECT_FALSE(ReadContributors(aggregate, dtype(), owners_));
}

TEST_P(Contributions, OfOtherTensorsAreFoundOut) {
  const Dtype other = dtype() == Dtype::kI64 ? Dtype::kF64 : Dtype::kI64;
  EXPECT_FALSE(ReadContributors(Sum({1}), other, owners_));
  Aggregate torn = Sum({1});
  torn.tensors = std::make_shared<const std::string>("torn");
  EXPECT_FALSE(ReadContributors(torn, dtype(), owners_));
}

TEST_P(Contributions, OfMoreSlotsThanCanBeToldApartAreRefused) {
  for (std::uint32_t slot = 0; slot <= 20 * kCells; ++slot) owners_[slot] = DeviceId{slot + 1};
  EXPECT_FALSE(ReadContributors(Sum({}), dtype(), owners_));
}

TEST_P(Contributions, AreSpoiltInManyWaysAndEachMustFail) {
  const std::string plan = MakePlanBytes(dtype(), "p");
  const Manifest manifest = ParseSafetensors(plan)->manifest();
  Rng chance(1);
  for (int i = 0; i < 200; ++i) {
    const std::string spoilt = MakeSpoiltBytes(dtype(), Of(5), 8, chance);
    const auto file = ParseSafetensors(spoilt);
    if (!file || !CheckManifest(manifest, *file) || !CheckFinite(*file)) continue;
    EXPECT_GT(std::stod(file->metadata.at("weight")), 8);
  }
}

INSTANTIATE_TEST_SUITE_P(Reducers, Contributions, testing::Values("sum", "weighted_mean"));

TEST(Plan, TellsItsTypeAndIsNotAnUpdateOfSomethingElse) {
  EXPECT_EQ(ReadPlan(MakePlanBytes(Dtype::kF64, "p")).value(), Dtype::kF64);
  EXPECT_NE(MakePlanBytes(Dtype::kF64, "p"), MakePlanBytes(Dtype::kF64, "q"));
  EXPECT_FALSE(ReadPlan("nonsense"));
}

}  // namespace
}  // namespace propius
