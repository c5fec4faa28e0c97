#include "dataplane/waiting_list.h"

#include <gtest/gtest.h>

#include "dataplane/backoff.h"
#include "dataplane/testing/heard.h"
#include "dataplane/testing/world.h"

namespace propius {
namespace {

TEST(WaitingList, AnswersAllThatStillWait) {
  World world;
  WaitingList<int> list;
  Heard<int> impatient;
  Heard<int> patient;
  list.Add(world, 1s, impatient.done(), [] { return 1; });
  list.Add(world, 10s, patient.done(), [] { return 1; });
  world.RunFor(2s);
  EXPECT_EQ(impatient.value(), 1);
  EXPECT_FALSE(patient.any());
  EXPECT_FALSE(list.empty());
  list.AnswerAll(world, 2);
  world.RunFor(20s);
  EXPECT_EQ(patient.value(), 2);
  EXPECT_EQ(impatient.answers(), 1);
  EXPECT_EQ(patient.answers(), 1);
  EXPECT_TRUE(list.empty());
}

TEST(WaitingList, ADestroyedOneAnswersNobody) {
  World world;
  Heard<int> heard;
  {
    WaitingList<int> list;
    list.Add(world, 1s, heard.done(), [] { return 1; });
  }
  world.RunFor(2s);
  EXPECT_FALSE(heard.any());
}

TEST(Backoff, DoublesUpToTheLimitWithJitter) {
  Rng chance(1);
  Backoff backoff(100ms, 500ms);
  for (const Duration step : {100ms, 200ms, 400ms, 500ms, 500ms}) {
    const Duration next = backoff.Next(chance);
    EXPECT_GE(next, step / 2);
    EXPECT_LE(next, step);
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(chance), 100ms);
}

}  // namespace
}  // namespace propius
