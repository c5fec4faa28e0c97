#include "sync/models/fedbuff.h"

#include <gtest/gtest.h>

#include "sync/parameter_server.h"
#include "sync/testing.h"

namespace propius {
namespace {

TEST(Fedbuff, DampsByStaleness) {
  const auto model = MakeFedbuff({.workers = 4}, {});
  SyncScene scene{1};
  scene.version = 5;
  scene[0].pulled_version = 2;
  const Application how = model->Apply(scene.Look(), scene[0], {});
  EXPECT_EQ(how.way, Application::Way::kHold);
  EXPECT_DOUBLE_EQ(how.weight, 0.5);
}

TEST(Fedbuff, AddsTheMeanOfEveryKUpdatesAndHoldsNobody) {
  ParameterServer server(MakeFedbuff({.workers = 3}, {.buffer = 2, .exponent = 0}), {0}, {}, Time{});
  for (WorkerId id = 0; id < 3; ++id) server.Join(id, Time{});
  server.TakeReleases();
  ASSERT_TRUE(server.Commit(0, {.number = 1}, std::vector<float>{2}, Time{}));
  EXPECT_EQ(server.parameters()[0], 0);
  EXPECT_EQ(server.TakeReleases().size(), 1U) << "goes on at once";
  ASSERT_TRUE(server.Commit(0, {.number = 2}, std::vector<float>{4}, Time{}));
  EXPECT_EQ(server.parameters()[0], 3);
  EXPECT_EQ(server.version(), 1U);
  EXPECT_DOUBLE_EQ(server.model().ServerGain(), 1.5);
}

}  // namespace
}  // namespace propius
