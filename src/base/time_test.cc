#include "base/time.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

TEST(Time, ReadsDurationsOfEveryUnit) {
  const std::vector<std::pair<std::string, Duration>> known{
      {"250ms", 250ms}, {"1.5s", 1500ms}, {"10m", 10min},  {"2h", 2h},     {"1d", 24h},
      {"7us", 7us},     {"0s", 0s},       {"1e3s", 1000s}, {"0.5us", 1us}, {"0.4us", 0us}};
  for (const auto& [text, duration] : known) EXPECT_EQ(ParseDuration(text).value(), duration) << text;
}

TEST(Time, RefusesWhatIsNotADuration) {
  for (const std::string text : {"", "s", "5", "5 s", " 5s", "5s ", "-5s", "5x", "5S", "inf", "infs", "nans", "1e999s",
                                 "1e300d", "0x5s", "5ss"}) {
    const Result<Duration> duration = ParseDuration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error(),
              (Error{Code::kInvalidArgument,
                     "expected a duration such as \"90s\", \"10m\" or \"250ms\", got \"" + text + "\""}));
  }
}

TEST(Time, WritesDurationsInTheLargestUnitThatDividesThem) {
  EXPECT_EQ(FormatDuration(10min), "10m");
  EXPECT_EQ(FormatDuration(90s), "90s");
  EXPECT_EQ(FormatDuration(1500ms), "1500ms");
  EXPECT_EQ(FormatDuration(48h), "2d");
  EXPECT_EQ(FormatDuration(1us), "1us");
  EXPECT_EQ(FormatDuration(0s), "0s");
  EXPECT_EQ(FormatDuration(-3s), "-3s");
}

TEST(Time, ReadsBackWhatItWrote) {
  Rng chance(1);
  for (int i = 0; i < 1'000; ++i) {
    const Duration duration(static_cast<std::int64_t>(chance.Below(std::uint64_t{1} << chance.Below(54))));
    EXPECT_EQ(ParseDuration(FormatDuration(duration)).value(), duration);
  }
}

TEST(Time, RoundsSecondsToTheNearestMicrosecond) {
  EXPECT_EQ(FromSeconds(1.25), 1250ms);
  EXPECT_EQ(FromSeconds(0.6e-6), 1us);
  EXPECT_EQ(FromSeconds(-0.6e-6), -1us);
  EXPECT_EQ(Seconds(1250ms), 1.25);
}

TEST(Time, StopsAtTheLongestDuration) {
  EXPECT_EQ(FromSeconds(1e300).count(), 9'000'000'000'000'000'000);
  EXPECT_EQ(FromSeconds(-std::numeric_limits<double>::infinity()).count(), -9'000'000'000'000'000'000);
}

TEST(Time, CountsMicrosecondsForStorage) {
  EXPECT_EQ(ToMicros(Time(3s)), 3'000'000);
  EXPECT_EQ(FromMicros(-5), Time(-5us));
}

}  // namespace
}  // namespace propius
