// What makes any tree of leaves give the result of one server: the laws of a reduction, over seeds.
#include <cmath>

#include <gtest/gtest.h>

#include "aggregation/test_updates.h"

namespace propius {
namespace {

constexpr std::uint64_t kSeeds = 40;

struct Weighted {
  std::string file;
  double weight;
};

using MakeUpdate = std::string (*)(const Manifest&, Rng&);

std::vector<Weighted> RandomUpdates(const Manifest& manifest, MakeUpdate make, Rng& chance) {
  std::vector<Weighted> updates;
  for (std::uint64_t left = 1 + chance.Below(12); left > 0; --left) {
    updates.push_back({make(manifest, chance), static_cast<double>(1 + chance.Below(9))});
  }
  return updates;
}

std::unique_ptr<Reducer> Flat(const std::string& name, const Manifest& manifest, const std::vector<Weighted>& updates) {
  auto reducer = MakeReducer(name, manifest);
  for (const auto& [file, weight] : updates) CHECK(reducer->Accumulate(Parsed(file), weight).has_value());
  return reducer;
}

// Splits the updates at random until single ones are left, and merges upwards; some nodes take an update of their own.
std::unique_ptr<Reducer> Tree(const std::string& name, const Manifest& manifest, std::vector<Weighted> updates,
                              Rng& chance) {
  auto node = MakeReducer(name, manifest);
  if (!updates.empty() && (updates.size() == 1 || chance.Chance(0.3))) {
    CHECK(node->Accumulate(Parsed(updates.back().file), updates.back().weight).has_value());
    updates.pop_back();
  }
  while (!updates.empty()) {
    const auto split = static_cast<std::ptrdiff_t>(1 + chance.Below(updates.size()));
    const auto child = Tree(name, manifest, {updates.begin(), updates.begin() + split}, chance);
    CHECK(node->MergeWith(child->Serialize()).has_value());
    updates.erase(updates.begin(), updates.begin() + split);
  }
  if (chance.Chance(0.2)) CHECK(node->MergeWith(MakeReducer(name, manifest)->Serialize()).has_value());
  return node;
}

class ReducerLaws : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Builtin, ReducerLaws, testing::Values("sum", "weighted_mean"),
                         [](const auto& param) { return param.param; });

TEST_P(ReducerLaws, GiveTheSameBytesInAnyOrderOfWholeNumbers) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Rng chance(seed);
    const Manifest manifest = RandomManifest(chance);
    std::vector<Weighted> updates = RandomUpdates(manifest, RandomWholeUpdate, chance);
    const auto first = Flat(GetParam(), manifest, updates);
    chance.Shuffle(updates);
    const auto second = Flat(GetParam(), manifest, updates);
    ASSERT_EQ(first->Serialize(), second->Serialize()) << "seed " << seed;
    ASSERT_EQ(std::move(*first).Report({}), std::move(*second).Report({})) << "seed " << seed;
  }
}

TEST_P(ReducerLaws, GiveTheSameBytesInAnyTreeOfWholeNumbers) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Rng chance(seed);
    const Manifest manifest = RandomManifest(chance);
    std::vector<Weighted> updates = RandomUpdates(manifest, RandomWholeUpdate, chance);
    const auto flat = Flat(GetParam(), manifest, updates);
    chance.Shuffle(updates);
    const auto tree = Tree(GetParam(), manifest, updates, chance);
    ASSERT_EQ(flat->Serialize(), tree->Serialize()) << "seed " << seed;
    ASSERT_EQ(std::move(*flat).Report({}), std::move(*tree).Report({})) << "seed " << seed;
  }
}

TEST_P(ReducerLaws, DependOnTheOrderOfRealsOnlyAsDoubleSumsDo) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Rng chance(seed);
    const Manifest manifest = RandomManifest(chance);
    std::vector<Weighted> updates = RandomUpdates(manifest, RandomRealUpdate, chance);
    const std::string flat = Flat(GetParam(), manifest, updates)->Serialize();
    chance.Shuffle(updates);
    const std::string tree = Tree(GetParam(), manifest, updates, chance)->Serialize();
    for (const TensorSpec& spec : manifest) {
      const std::vector<double> a = Values(Parsed(flat), spec.name);
      const std::vector<double> b = Values(Parsed(tree), spec.name);
      // An order of n terms errs by at most n * 2^-53 * sum |term|; the terms are below 30 * 9 * 9.
      const double tolerance = 2 * 13 * 0x1p-53 * 13 * 30 * 9 * 9;
      for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], tolerance) << "seed " << seed;
    }
  }
}

TEST_P(ReducerLaws, GiveBackThePartialThatAnEmptyOneMergesWith) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Rng chance(seed);
    const Manifest manifest = RandomManifest(chance);
    std::vector<Weighted> updates = RandomUpdates(manifest, RandomRealUpdate, chance);
    for (Weighted& update : updates) update.weight = chance.Exponential(1e-3) + 1e-310;
    const auto reducer = Flat(GetParam(), manifest, updates);
    const auto copy = MakeReducer(GetParam(), manifest);
    ASSERT_TRUE(copy->MergeWith(reducer->Serialize()));
    ASSERT_EQ(copy->Serialize(), reducer->Serialize()) << "seed " << seed;
    EXPECT_EQ(copy->count(), reducer->count());
    EXPECT_EQ(copy->total_weight(), reducer->total_weight());
    ASSERT_EQ(std::move(*copy).Report({}), std::move(*reducer).Report({})) << "seed " << seed;
  }
}

TEST_P(ReducerLaws, KeepAnEmptyPartialNeutral) {
  Rng chance(5);
  const Manifest manifest = RandomManifest(chance);
  const std::string empty = MakeReducer(GetParam(), manifest)->Serialize();
  EXPECT_TRUE(Parsed(empty).tensors.empty());
  const auto reducer = MakeReducer(GetParam(), manifest);
  ASSERT_TRUE(reducer->MergeWith(empty));
  EXPECT_EQ(reducer->Serialize(), empty);
  EXPECT_FALSE(reducer->CanReport());
}

TEST_P(ReducerLaws, HoldForTheSmallestWeight) {
  const Manifest manifest{{"w", Dtype::kF32, {1}}};
  const auto reducer = MakeReducer(GetParam(), manifest);
  const std::string file = UpdateFile({{manifest[0], {3}}});
  ASSERT_TRUE(reducer->Accumulate(Parsed(file), std::numeric_limits<double>::denorm_min()));
  const auto copy = MakeReducer(GetParam(), manifest);
  ASSERT_TRUE(copy->MergeWith(reducer->Serialize()));
  EXPECT_EQ(copy->total_weight(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(Values(Parsed(std::move(*copy).Report({})), "w"), std::vector<double>{3});
}

}  // namespace
}  // namespace propius
