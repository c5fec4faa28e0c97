#include "sync/models/fedasync.h"

#include <gtest/gtest.h>

#include "sync/testing.h"

namespace propius {
namespace {

double WeightAt(const FedasyncOptions& options, std::uint64_t staleness) {
  const auto model = MakeFedasync(options);
  SyncScene scene{1};
  scene.version = staleness;
  return model->Apply(scene.Look(), scene[0], {}).weight;
}

TEST(Fedasync, WeighsParametersByTheirStaleness) {
  EXPECT_DOUBLE_EQ(WeightAt({}, 0), 0.6);
  EXPECT_DOUBLE_EQ(WeightAt({}, 3), 0.3);
  EXPECT_DOUBLE_EQ(WeightAt({.exponent = 0}, 99), 0.6);
  EXPECT_DOUBLE_EQ(WeightAt({.alpha = 1, .hinge = true}, 4), 1);
  EXPECT_DOUBLE_EQ(WeightAt({.alpha = 1, .hinge = true}, 6), 1.0 / 21);
}

TEST(Fedasync, IsSentParametersAndMixesThem) {
  const auto model = MakeFedasync({});
  const SyncScene scene{0};
  EXPECT_EQ(model->push_form(), PushForm::kParameters);
  EXPECT_EQ(model->Apply(scene.Look(), scene.workers.at(0), {}).way, Application::Way::kMix);
}

}  // namespace
}  // namespace propius
