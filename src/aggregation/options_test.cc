#include "aggregation/options.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Options, MayBeAnyOfTheKnownOnes) {
  EXPECT_TRUE(CheckOptions({"mean", {}}, {"clip"}));
  EXPECT_TRUE(CheckOptions({"mean", {{"clip", 2}, {"noise", 1}}}, {"noise", "clip"}));
}

TEST(Options, NameTheKnownOnesInARefusal) {
  const Status status = CheckOptions({"mean", {{"clip", 2}, {"clop", 1}}}, {"clip", "noise"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "reducer mean: expected only the options clip, noise, got \"clop\"");
}

}  // namespace
}  // namespace propius
