#include "workload/traces.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

using testing::ElementsAre;

Session Stay(double start, double end) { return {Time(FromSeconds(start)), Time(FromSeconds(end)), 0}; }

// In batches of an odd size, so that borders fall everywhere.
std::vector<Session> All(const SessionTrace& trace) {
  std::vector<Session> all;
  std::vector<Session> batch(7);
  const auto stream = trace.Open();
  while (const std::size_t count = stream->Read(batch)) {
    all.insert(all.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
  }
  EXPECT_EQ(stream->Read(batch), 0);
  return all;
}

std::vector<double> Starts(const std::vector<Session>& sessions) {
  std::vector<double> starts;
  for (const Session& session : sessions) starts.push_back(Seconds(session.start.time_since_epoch()));
  return starts;
}

TEST(Traces, StoredSessionsAreSortedAndNumbered) {
  const auto trace = MakeStoredTrace(std::vector{Stay(5, 6), Stay(1, 9)});
  const auto sessions = All(*trace);
  EXPECT_THAT(Starts(sessions), ElementsAre(1, 5));
  EXPECT_EQ(sessions[1].device, 1);
  EXPECT_EQ(trace->size(), 2);
  EXPECT_EQ(trace->horizon(), 432'000s);
}

TEST(Traces, AStoredTraceEndsAfterAWholeNumberOfFiveDays) {
  EXPECT_EQ(MakeStoredTrace(std::vector{Stay(432'000, 432'001)})->horizon(), 864'000s);
  EXPECT_EQ(MakeStoredTrace(std::vector<Session>{})->horizon(), 432'000s);
}

TEST(Traces, SortsMoreThanABlock) {
  std::vector<Session> sessions;
  for (int i = 0; i < 150'000; ++i) sessions.push_back(Stay((i * 7'919) % 150'000, 200'000));
  const auto starts = Starts(All(*MakeStoredTrace(sessions)));
  ASSERT_EQ(starts.size(), 150'000);
  EXPECT_TRUE(std::ranges::is_sorted(starts));
}

TEST(Traces, SortsLikeAStableSortHoweverTheSessionsCome) {
  Rng chance(3);
  for (const std::uint64_t starts : {3U, 1'000U, 1'000'000'000U}) {
    std::vector<Session> stays;
    for (int i = 0; i < 300'000; ++i) {
      const Time start = FromMicros(static_cast<std::int64_t>(chance.Below(starts)));
      stays.push_back({start, start + Duration(i), 0});
    }
    const auto trace = MakeStoredTrace(stays);
    std::ranges::stable_sort(stays, {}, &Session::start);
    std::vector<Session> sorted(stays.size());
    ASSERT_EQ(trace->Open()->Read(sorted), stays.size());
    for (std::size_t i = 0; i < stays.size(); ++i) ASSERT_EQ(sorted[i].end, stays[i].end) << i << " of " << starts;
  }
}

TEST(Traces, RepetitionsFollowEachOtherAndKeepTheirDevices) {
  const auto trace = Repeated(MakeStoredTrace(std::vector{Stay(1, 2), Stay(5, 30)}), 3, 10s);
  const auto sessions = All(*trace);
  EXPECT_THAT(Starts(sessions), ElementsAre(1, 5, 11, 15, 21, 25));
  EXPECT_EQ(sessions[3].device, 1);
  EXPECT_EQ(sessions[3].end, Time(40s));
  EXPECT_EQ(trace->size(), 6);
  EXPECT_EQ(trace->horizon(), 30s);
}

TEST(Traces, WhatBeginsAfterThePeriodIsNotRepeated) {
  const auto trace = Repeated(MakeStoredTrace(std::vector{Stay(1, 2), Stay(10, 12), Stay(11, 12)}), 2, 10s);
  EXPECT_THAT(Starts(All(*trace)), ElementsAre(1, 11));
}

TEST(Traces, GeneratedSessionsHaveTheRateAndLengthsAskedFor) {
  const TraceShape shape{.sessions = 100'000, .rate = 1, .median_session_s = 600, .session_sigma = 2.2};
  const auto sessions = All(*MakeGeneratedTrace(shape));
  ASSERT_EQ(sessions.size(), 100'000);
  const auto starts = Starts(sessions);
  EXPECT_TRUE(std::ranges::is_sorted(starts));
  EXPECT_NEAR(starts.back(), 100'000, 5'000);
  std::vector<double> logs;
  for (const Session& session : sessions)
    logs.push_back(std::log(std::max(Seconds(session.end - session.start), 1e-6)));
  double mean = 0;
  for (const double log : logs) mean += log / 100'000;
  double variance = 0;
  for (const double log : logs) variance += (log - mean) * (log - mean) / 100'000;
  EXPECT_NEAR(std::exp(mean), 600, 20);
  EXPECT_NEAR(std::sqrt(variance), 2.2, 0.03);
}

TEST(Traces, GeneratedSessionsFollowTheHoursOfTheDay) {
  const auto sessions = All(*MakeGeneratedTrace({.sessions = 400'000, .rate = 1}));
  std::vector<double> by_hour(24);
  for (const double start : Starts(sessions)) {
    if (start < 345'600) ++by_hour[static_cast<std::size_t>(start / 3'600) % 24];
  }
  // The digitised trace is fullest around its eighth hour, emptiest at the turn of the day.
  EXPECT_GT(by_hour[7], 1.3 * by_hour[0]);
  EXPECT_GT(by_hour[7], 1.3 * by_hour[23]);
}

TEST(Traces, GeneratesTheSameFromTheSameSeedInEveryStream) {
  const auto trace = MakeGeneratedTrace({.sessions = 1'000, .seed = 3});
  EXPECT_EQ(Starts(All(*trace)), Starts(All(*trace)));
  EXPECT_NE(Starts(All(*trace)), Starts(All(*MakeGeneratedTrace({.sessions = 1'000, .seed = 4}))));
}

TEST(Traces, FiveDaysOfThePaperEndAfterFiveDays) {
  EXPECT_EQ(MakeGeneratedTrace({})->horizon(), 432'000s);
  EXPECT_EQ(MakeGeneratedTrace({.sessions = 500'000, .rate = 1})->horizon(), 864'000s);
}

TEST(Traces, StoringATraceChangesNothing) {
  const auto trace = MakeGeneratedTrace({.sessions = 10'000});
  const auto drawn = All(*trace);
  const auto stored = All(*Stored(*trace));
  ASSERT_EQ(stored.size(), drawn.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    EXPECT_EQ(stored[i].start, drawn[i].start);
    EXPECT_EQ(stored[i].end, drawn[i].end);
    EXPECT_EQ(stored[i].device, drawn[i].device);
  }
}

}  // namespace
}  // namespace propius
