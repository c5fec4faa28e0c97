#include "replay/heapq.h"

#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

// The order is what Python 3.11 prints for heapify, heappush and heappop of objects that compare by their time.
TEST(Heapq, GivesEqualTimesInTheOrderInWhichPythonWould) {
  const std::vector<double> times{3, 1, 2, 1, 3, 1, 2, 2, 1, 3, 2, 1, 3, 1};
  Heapq heap([&](std::uint32_t a, std::uint32_t b) { return times[a] < times[b]; });
  std::uint32_t number = 0;
  for (; number < 10; ++number) heap.Append(times[number], number);
  heap.Heapify();
  std::vector<std::uint32_t> order;
  const auto pop = [&](int count) {
    for (int i = 0; i < count; ++i) order.push_back(heap.Pop());
  };
  pop(2);
  for (; number < times.size(); ++number) heap.Push(times[number], number);
  pop(12);
  EXPECT_THAT(order, testing::ElementsAre(5, 8, 3, 13, 1, 11, 6, 2, 7, 10, 0, 12, 9, 4));
}

TEST(Heapq, TellsTimesApartThatAreCloserThanAMicrosecondOrBeyondItsRoughOnes) {
  const std::vector<double> times{1e9 + 1, 5, 5 + 1e-9, 5 - 1e-9, 1e9, 0};
  Heapq heap([&](std::uint32_t a, std::uint32_t b) { return times[a] < times[b]; });
  for (std::uint32_t i = 0; i < times.size(); ++i) heap.Push(times[i], i);
  std::vector<std::uint32_t> order;
  for (std::size_t i = 0; i < times.size(); ++i) order.push_back(heap.Pop());
  EXPECT_THAT(order, testing::ElementsAre(5, 3, 1, 2, 4, 0));
}

}  // namespace
}  // namespace propius
