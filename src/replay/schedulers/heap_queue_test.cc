#include "replay/schedulers/heap_queue.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

using testing::ElementsAre;

std::vector<JobPlace> JobsOf(const HeapQueue& queue) {
  std::vector<JobPlace> jobs;
  for (const HeapQueue::Entry& entry : queue.entries()) jobs.push_back(entry.job);
  return jobs;
}

HeapQueue Filled() {
  HeapQueue queue;
  JobPlace job = 0;
  for (const std::uint32_t amount : {500U, 100U, 300U, 100U, 50U, 400U, 100U}) {
    queue.Push({amount, job, job});
    ++job;
  }
  return queue;
}

// Both layouts are what Python 3.11 prints for heappush of (amount, id), and for pop(i) followed by heapify.
TEST(HeapQueue, LiesAsPythonsHeapqWouldLayIt) { EXPECT_THAT(JobsOf(Filled()), ElementsAre(4, 1, 6, 0, 3, 5, 2)); }

TEST(HeapQueue, IsMadeAHeapAnewAfterARemoval) {
  HeapQueue queue = Filled();
  queue.Remove(4);
  EXPECT_THAT(JobsOf(queue), ElementsAre(1, 3, 2, 6, 5, 0));
  queue.Remove(0);
  EXPECT_THAT(JobsOf(queue), ElementsAre(1, 3, 2, 6, 5));
}

TEST(HeapQueue, HoldsAJobOnce) {
  HeapQueue queue = Filled();
  queue.Push({1, 4, 4});
  EXPECT_EQ(queue.entries().size(), 7);
  queue.Remove(99);
  EXPECT_EQ(queue.entries().size(), 7);
}

TEST(HeapQueue, RunsEmpty) {
  HeapQueue queue;
  EXPECT_TRUE(queue.empty());
  queue.Push({1, 0, 0});
  queue.Remove(0);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace propius
