#include "replay/calendar.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

using testing::ElementsAre;

struct Event {
  double at = 0;
  int number = 0;
};

std::vector<int> TakeAll(Calendar<Event>& calendar) {
  std::vector<int> numbers;
  while (!calendar.empty()) numbers.push_back(calendar.Take().number);
  return numbers;
}

TEST(Calendar, IsEmptyAtFirst) {
  const Calendar<Event> calendar(1, 4);
  EXPECT_TRUE(calendar.empty());
  EXPECT_EQ(calendar.next(), Calendar<Event>::kNever);
}

TEST(Calendar, GivesEventsByTimeAndEqualTimesInTheirOrder) {
  Calendar<Event> calendar(1, 4);
  for (const Event event : {Event{2.5, 1}, {0.5, 2}, {2.5, 3}, {0.25, 4}, {2.5, 5}}) calendar.Add(event);
  EXPECT_EQ(calendar.next(), 0.25);
  EXPECT_THAT(TakeAll(calendar), ElementsAre(4, 2, 1, 3, 5));
}

TEST(Calendar, KeepsWhatLiesBeyondItsRing) {
  Calendar<Event> calendar(1, 4);
  for (const Event event : {Event{1'000, 1}, {0.5, 2}, {1'003.5, 3}, {9, 4}, {1e9, 5}}) calendar.Add(event);
  EXPECT_THAT(TakeAll(calendar), ElementsAre(2, 4, 1, 3, 5));
}

TEST(Calendar, TakesEventsIntoTheBucketThatIsBeingEmptied) {
  Calendar<Event> calendar(10, 4);
  calendar.Add({1, 1});
  calendar.Add({5, 2});
  EXPECT_EQ(calendar.Take().number, 1);
  calendar.Add({5, 3});
  calendar.Add({3, 4});
  EXPECT_EQ(calendar.next(), 3);
  EXPECT_THAT(TakeAll(calendar), ElementsAre(4, 2, 3));
}

TEST(Calendar, BeginsAnewAfterItRanEmpty) {
  Calendar<Event> calendar(1, 4);
  calendar.Add({100, 1});
  EXPECT_THAT(TakeAll(calendar), ElementsAre(1));
  calendar.Add({100.5, 2});
  calendar.Add({103, 3});
  EXPECT_THAT(TakeAll(calendar), ElementsAre(2, 3));
}

TEST(Calendar, AgreesWithAStableSortOverManyMixedSteps) {
  Rng chance(7);
  for (int trial = 0; trial < 50; ++trial) {
    Calendar<Event> calendar(chance.Uniform(0.1, 5), 8);
    std::vector<Event> waiting;
    double now = 0;
    for (int step = 0; step < 2'000; ++step) {
      if (waiting.empty() || chance.Chance(0.5)) {
        // Whole numbers now and then, so that times are equal.
        const double delay = chance.Chance(0.3) ? static_cast<double>(chance.Below(4)) : chance.Exponential(8);
        waiting.push_back({now + delay, step});
        calendar.Add(waiting.back());
      } else {
        const auto first = std::ranges::min_element(waiting, {}, &Event::at);
        ASSERT_EQ(calendar.next(), first->at);
        const Event taken = calendar.Take();
        ASSERT_EQ(taken.number, first->number);
        now = taken.at;
        waiting.erase(first);
      }
    }
  }
}

}  // namespace
}  // namespace propius
