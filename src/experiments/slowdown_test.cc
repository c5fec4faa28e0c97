#include "experiments/slowdown.h"

#include <limits>

#include <gtest/gtest.h>

#include "experiments/testing.h"

namespace propius {
namespace {

TEST(Slowdown, ComparesWithTheJobAloneOnItsKindOfDevices) {
  RunRecord record = MadeUpRecord(1'000);
  // Job 0 of class 1: half a device per second, so 40 s for 20 devices, and 50 s of collecting, ten times.
  EXPECT_DOUBLE_EQ(AloneSeconds(record, record.jobs[0]), 10 * (40 + 50.0));
  // Job 1 of class 2: a quarter; one aborted round of eleven.
  EXPECT_DOUBLE_EQ(AloneSeconds(record, record.jobs[1]), 10 * (80 + 500.0 / 11));
  EXPECT_NEAR(WorstSlowdown(record, record), 1'000 / (10 * (40 + 500.0 / 12)), 1e-9);
  record.jobs[2].finish_s = -1;
  EXPECT_EQ(WorstSlowdown(record, record), std::numeric_limits<double>::infinity()) << "who never finishes";
}

TEST(Slowdown, IsNotKnownWithoutSupply) {
  RunRecord record = MadeUpRecord(1'000);
  record.supply_by_hour.clear();
  EXPECT_EQ(AloneSeconds(record, record.jobs[0]), 0);
  EXPECT_EQ(WorstSlowdown(record, record), 0);
  EXPECT_EQ(WorstSlowdown(record, {}), 0);
}

}  // namespace
}  // namespace propius
