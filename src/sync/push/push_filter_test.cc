#include "sync/push/push_filter.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "sync/push/deep_gradient_compression.h"
#include "sync/push/significance_filter.h"

namespace propius {
namespace {

std::vector<float> Draw(std::size_t size, Rng& chance) {
  std::vector<float> values(size);
  std::ranges::generate(values, [&] { return static_cast<float>(chance.Normal()); });
  return values;
}

TEST(PushFilter, IsKnownByItsName) {
  EXPECT_EQ(*MakePushFilter("dense"), nullptr);
  EXPECT_NE(*MakePushFilter("dgc"), nullptr);
  EXPECT_NE(*MakePushFilter("significant"), nullptr);
  EXPECT_EQ(MakePushFilter("zip").error().code, Code::kInvalidArgument);
}

TEST(DeepGradientCompression, SendsAboutTheShareOfItsStage) {
  Rng chance(1);
  const auto filter =
      MakeDeepGradientCompression({.sparsity = {0.75, 0.99}, .pushes_per_stage = 2, .sample_share = 0.1});
  const std::vector<float> parameters(50'000);
  for (const double share : {0.25, 0.25, 0.01, 0.01, 0.01}) {
    std::vector<float> update = Draw(50'000, chance);
    const std::size_t sent = filter->Filter(update, parameters, chance);
    EXPECT_EQ(sent, 50'000 - static_cast<std::size_t>(std::ranges::count(update, 0.0F)));
    EXPECT_GT(static_cast<double>(sent), 50'000 * share * 0.4);
    EXPECT_LT(static_cast<double>(sent), 50'000 * share * 3);
  }
}

TEST(DeepGradientCompression, LosesNothing) {
  Rng chance(2);
  constexpr std::size_t kSize = 64;
  const auto filter = MakeDeepGradientCompression({.sparsity = {0.9}});
  const std::vector<float> parameters(kSize);
  std::vector<double> given(kSize);
  std::vector<double> sent(kSize);
  for (int push = 0; push < 500; ++push) {
    std::vector<float> update = Draw(kSize, chance);
    for (std::size_t i = 0; i < kSize; ++i) given[i] += static_cast<double>(update[i]);
    filter->Filter(update, parameters, chance);
    for (std::size_t i = 0; i < kSize; ++i) sent[i] += static_cast<double>(update[i]);
  }
  // Then only zeros come, and what was kept back is sent bit by bit.
  for (int push = 0; push < 100; ++push) {
    std::vector<float> update(kSize);
    filter->Filter(update, parameters, chance);
    for (std::size_t i = 0; i < kSize; ++i) sent[i] += static_cast<double>(update[i]);
  }
  for (std::size_t i = 0; i < kSize; ++i) EXPECT_NEAR(sent[i], given[i], 1e-3);
}

TEST(DeepGradientCompression, SendsTheLargestOfFewValues) {
  Rng chance(3);
  const auto filter = MakeDeepGradientCompression({.sparsity = {0.75}});
  std::vector<float> update{1, -9, 2, 3};
  EXPECT_EQ(filter->Filter(update, std::vector<float>(4), chance), 1U);
  EXPECT_EQ(update, (std::vector<float>{0, -9, 0, 0}));
  std::vector<float> none;
  EXPECT_EQ(filter->Filter(none, none, chance), 0U);
}

TEST(SignificanceFilter, KeepsBackWhatIsSmallBesideItsParameterUntilItAddsUp) {
  Rng chance(4);
  const auto filter = MakeSignificanceFilter({.threshold = 0.1, .least_value = 0});
  const std::vector<float> parameters{10, 0.1F};
  std::vector<float> update{0.9F, 0.9F};
  EXPECT_EQ(filter->Filter(update, parameters, chance), 1U);
  EXPECT_EQ(update, (std::vector<float>{0, 0.9F}));
  // The second push: 1.0 is more than 10 * 0.1 / sqrt(2).
  update = {0.1F, 0};
  EXPECT_EQ(filter->Filter(update, parameters, chance), 1U);
  EXPECT_FLOAT_EQ(update[0], 1.0F);
}

TEST(SignificanceFilter, DoesNotCallEverythingSignificantBesideZero) {
  Rng chance(5);
  const auto filter = MakeSignificanceFilter({});
  std::vector<float> update{1e-6F, 1};
  EXPECT_EQ(filter->Filter(update, std::vector<float>(2), chance), 1U);
  EXPECT_EQ(update, (std::vector<float>{0, 1}));
}

}  // namespace
}  // namespace propius
