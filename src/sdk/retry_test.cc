#include "sdk/retry.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr BackoffPace kQuick{.first = 1ms, .longest = 4ms};

TEST(RetryBackoff, DoublesUpToTheLongestAndJittersByHalf) {
  RetryBackoff backoff({.first = 100ms, .longest = 300ms}, Rng(1));
  for (const Duration span : {100ms, 200ms, 300ms, 300ms}) {
    const Duration wait = backoff.Next();
    EXPECT_GE(wait, span / 2);
    EXPECT_LE(wait, span);
  }
}

TEST(RetryBackoff, StartsAfreshAfterReset) {
  RetryBackoff backoff({.first = 100ms, .longest = 10s}, Rng(1));
  for (int i = 0; i < 5; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_LE(backoff.Next(), 100ms);
}

TEST(RetryBackoff, SpreadsClientsThatWereCutOffTogether) {
  RetryBackoff one({}, Rng(1));
  RetryBackoff other({}, Rng(2));
  EXPECT_NE(one.Next(), other.Next());
}

TEST(MayRetry, CoversOnlyFailuresThatSayNothingOfTheRequest) {
  for (const Code code : {Code::kUnavailable, Code::kDeadlineExceeded, Code::kInternal}) EXPECT_TRUE(MayRetry(code));
  for (const Code code : {Code::kInvalidArgument, Code::kNotFound, Code::kFailedPrecondition, Code::kResourceExhausted,
                          Code::kOutOfRange, Code::kAborted, Code::kUnauthenticated, Code::kDataLoss}) {
    EXPECT_FALSE(MayRetry(code)) << CodeName(code);
  }
}

TEST(MayRetryStatus, CoversAbsenceOverloadAndFailingServers) {
  for (const int status : {404, 408, 429, 500, 502, 503, 504}) EXPECT_TRUE(MayRetryStatus(status)) << status;
  for (const int status : {200, 202, 304, 400, 401, 403, 409, 410, 413, 422}) {
    EXPECT_FALSE(MayRetryStatus(status)) << status;
  }
}

TEST(CallWithRetry, AsksUntilThereIsAnAnswer) {
  RetryBackoff backoff(kQuick, Rng(1));
  StopSignal stop;
  int calls = 0;
  const auto answer = CallWithRetry(backoff, 1h, stop, [&]() -> Result<int> {
    if (++calls < 4) return Fail(Code::kUnavailable, "not yet");
    return 7;
  });
  EXPECT_EQ(answer.value(), 7);
  EXPECT_EQ(calls, 4);
}

TEST(CallWithRetry, TakesARefusalForAnAnswer) {
  RetryBackoff backoff(kQuick, Rng(1));
  StopSignal stop;
  int calls = 0;
  const auto answer = CallWithRetry(backoff, 1h, stop, [&]() -> Result<int> {
    ++calls;
    return Fail(Code::kInvalidArgument, "never");
  });
  EXPECT_EQ(answer.error().code, Code::kInvalidArgument);
  EXPECT_EQ(calls, 1);
}

TEST(CallWithRetry, CallsOnceWithoutPatience) {
  RetryBackoff backoff(kQuick, Rng(1));
  StopSignal stop;
  int calls = 0;
  const auto answer = CallWithRetry(backoff, 0s, stop, [&]() -> Result<int> {
    ++calls;
    return Fail(Code::kUnavailable, "down");
  });
  EXPECT_EQ(answer.error().message, "down");
  EXPECT_EQ(calls, 1);
}

TEST(CallWithRetry, EndsWhenStopped) {
  RetryBackoff backoff(kQuick, Rng(1));
  StopSignal stop;
  int calls = 0;
  const auto answer = CallWithRetry(backoff, 1h, stop, [&]() -> Result<int> {
    if (++calls == 3) stop.Raise();
    return Fail(Code::kUnavailable, "down");
  });
  EXPECT_FALSE(answer.has_value());
  EXPECT_EQ(calls, 3);
}

TEST(RetryAfterOf, ReadsSecondsAndIgnoresTheRest) {
  const auto read = [](const std::string& text) { return RetryAfterOf({503, {{"retry-after", text}}, ""}); };
  EXPECT_EQ(read("1"), 1s);
  EXPECT_EQ(read("0"), 0s);
  EXPECT_EQ(read("86400"), 30s);
  for (const char* text : {"", "-1", "1.5", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999999999"}) {
    EXPECT_EQ(read(text), 0s) << text;
  }
  EXPECT_EQ(RetryAfterOf({503, {}, ""}), 0s);
}

TEST(TransferLimit, GivesTwiceTheTimeAfterATransferThatRanOutOfIt) {
  TransferLimit limit(10s);
  const Time now = FromMicros(0);
  const auto next = [&] { return limit.Until(now + 24h, now); };
  EXPECT_EQ(next(), 10s);
  limit.Note(Fail(Code::kDeadlineExceeded, "slow"));
  EXPECT_EQ(next(), 20s);
  limit.Note(Fail(Code::kUnavailable, "refused"));
  limit.Note(FetchAnswer{503, {}, ""});
  EXPECT_EQ(next(), 20s);
  for (int i = 0; i < 100; ++i) limit.Note(Fail(Code::kDeadlineExceeded, "slow"));
  EXPECT_EQ(next(), 10min);
}

TEST(TransferLimit, EndsWithTheRoundButLeavesTimeForOneTry) {
  TransferLimit limit(10s);
  const Time now = FromMicros(0);
  limit.Note(Fail(Code::kDeadlineExceeded, "slow"));
  EXPECT_EQ(limit.Until(now + 15s, now), 15s);
  EXPECT_EQ(limit.Until(now + 1s, now), 10s);
  EXPECT_EQ(limit.Until(now - 1h, now), 10s);
}

}  // namespace
}  // namespace propius
