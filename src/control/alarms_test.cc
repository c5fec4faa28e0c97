#include "control/alarms.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct AlarmsTest : ::testing::Test {
  ManualRuntime runtime;
  std::vector<std::pair<int, Time>> rung;
  std::optional<Alarms<int>> alarms{std::in_place, runtime, [this](int key) { rung.emplace_back(key, runtime.Now()); }};
  Time start = runtime.Now();
};

TEST_F(AlarmsTest, RingsEachKeyAtItsInstantWhateverTheOrderOfSetting) {
  alarms->Set(start + 5s, 5);
  alarms->Set(start + 2s, 2);
  alarms->Set(start + 9s, 9);
  alarms->Set(start + 3s, 3);
  runtime.RunFor(6s);
  EXPECT_THAT(rung, ElementsAre(std::pair(2, start + 2s), std::pair(3, start + 3s), std::pair(5, start + 5s)));
}

TEST_F(AlarmsTest, RingsSoonForAnInstantThatHasPassed) {
  alarms->Set(start - 1s, 1);
  runtime.RunFor(0us);
  EXPECT_THAT(rung, ElementsAre(std::pair(1, start)));
}

TEST_F(AlarmsTest, MayBeSetAgainFromTheRing) {
  int left = 3;
  Alarms<int> again(runtime, [&](int key) {
    if (--left > 0) again.Set(runtime.Now() + 1s, key);
  });
  again.Set(start + 1s, 1);
  runtime.RunFor(10s);
  EXPECT_EQ(left, 0);
}

TEST_F(AlarmsTest, NeverRingsAfterItsEnd) {
  alarms->Set(start + 1s, 1);
  alarms.reset();
  runtime.RunFor(2s);
  EXPECT_THAT(rung, IsEmpty());
}

}  // namespace
}  // namespace propius
