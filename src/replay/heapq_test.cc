#include "replay/heapq.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

struct Event {
  double at = 0;
  int number = 0;

  friend bool operator<(const Event& a, const Event& b) { return a.at < b.at; }
};

// The order is what Python 3.11 prints for heapify, heappush and heappop of objects that compare by their time.
TEST(Heapq, GivesEqualTimesInTheOrderInWhichPythonWould) {
  Heapq<Event> heap;
  int number = 0;
  for (const double at : {3, 1, 2, 1, 3, 1, 2, 2, 1, 3}) heap.Append({at, number++});
  heap.Heapify();
  std::vector<int> order;
  const auto pop = [&](int times) {
    for (int i = 0; i < times; ++i) order.push_back(heap.Pop().number);
  };
  pop(2);
  for (const double at : {2, 1, 3, 1}) heap.Push({at, number++});
  pop(12);
  EXPECT_THAT(order, testing::ElementsAre(5, 8, 3, 13, 1, 11, 6, 2, 7, 10, 0, 12, 9, 4));
}

}  // namespace
}  // namespace propius
