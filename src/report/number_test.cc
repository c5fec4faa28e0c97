#include "report/number.h"

#include <limits>

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ShowCount, GroupsThousands) {
  EXPECT_EQ(ShowCount(0), "0");
  EXPECT_EQ(ShowCount(999), "999");
  EXPECT_EQ(ShowCount(1000), "1,000");
  EXPECT_EQ(ShowCount(60000), "60,000");
  EXPECT_EQ(ShowCount(-1234567), "−1,234,567");
  EXPECT_EQ(ShowCount(std::numeric_limits<std::int64_t>::min()), "−9,223,372,036,854,775,808");
}

TEST(ShowFixed, KeepsTheDecimalsAskedFor) {
  EXPECT_EQ(ShowFixed(1234.5, 2), "1,234.50");
  EXPECT_EQ(ShowFixed(0.05, 1), "0.1");
  EXPECT_EQ(ShowFixed(-2.5, 1), "−2.5");
  EXPECT_EQ(ShowFixed(12, -3), "12");
  EXPECT_EQ(ShowFixed(1234567.25, 0), "1,234,567");
}

TEST(ShowFixed, HasNoNegativeZero) {
  EXPECT_EQ(ShowFixed(-0.001, 1), "0.0");
  EXPECT_EQ(ShowFixed(-0.0, 0), "0");
}

TEST(ShowFixed, StaysShortForHugeValues) {
  EXPECT_EQ(ShowFixed(1.25e18, 2), "1.25e18");
  EXPECT_EQ(ShowFixed(-1e300, 0), "−1e300");
}

TEST(Show, WritesADashForWhatIsNotFinite) {
  for (const double value : {kNan, kInfinity, -kInfinity}) {
    EXPECT_EQ(ShowFixed(value, 1), "–");
    EXPECT_EQ(ShowCompact(value), "–");
    EXPECT_EQ(ShowPercent(value), "–");
    EXPECT_EQ(ShowBytes(value), "–");
    EXPECT_EQ(ShowCoordinate(value), "0");
  }
}

TEST(ShowCompact, HasThreeDigitsAndASuffix) {
  EXPECT_EQ(ShowCompact(0), "0");
  EXPECT_EQ(ShowCompact(0.01234), "0.0123");
  EXPECT_EQ(ShowCompact(1.5), "1.5");
  EXPECT_EQ(ShowCompact(12.345), "12.3");
  EXPECT_EQ(ShowCompact(999.4), "999");
  EXPECT_EQ(ShowCompact(999.6), "1k");
  EXPECT_EQ(ShowCompact(1234), "1.23k");
  EXPECT_EQ(ShowCompact(-45.6e6), "−45.6M");
  EXPECT_EQ(ShowCompact(7e12), "7T");
  EXPECT_EQ(ShowCompact(2.5e17), "2.5e17");
  EXPECT_EQ(ShowCompact(1e-9), "1e-9");
}

TEST(ShowPercent, TakesAShareOfOne) {
  EXPECT_EQ(ShowPercent(0.9512), "95.1 %");
  EXPECT_EQ(ShowPercent(1, 0), "100 %");
  EXPECT_EQ(ShowPercent(-0.05, 0), "−5 %");
}

TEST(ShowBytes, UsesBinaryUnits) {
  EXPECT_EQ(ShowBytes(0), "0 B");
  EXPECT_EQ(ShowBytes(512), "512 B");
  EXPECT_EQ(ShowBytes(1023.7), "1 KiB");
  EXPECT_EQ(ShowBytes(1536), "1.5 KiB");
  EXPECT_EQ(ShowBytes(150.0 * 1024), "150 KiB");
  EXPECT_EQ(ShowBytes(-3.0 * 1024 * 1024), "−3 MiB");
  EXPECT_EQ(ShowBytes(1e30), "888,178,419,700,125 PiB");
}

TEST(ShowDuration, HasTwoUnitsAtMost) {
  EXPECT_EQ(ShowDuration(0s), "0 s");
  EXPECT_EQ(ShowDuration(850us), "850 µs");
  EXPECT_EQ(ShowDuration(12ms), "12 ms");
  EXPECT_EQ(ShowDuration(3400ms), "3.4 s");
  EXPECT_EQ(ShowDuration(83s), "1m 23s");
  EXPECT_EQ(ShowDuration(2h + 5min), "2h 05m");
  EXPECT_EQ(ShowDuration(76h), "3d 04h");
  EXPECT_EQ(ShowDuration(-90s), "−1m 30s");
}

TEST(ShowDuration, RoundsUpIntoTheNextUnit) {
  EXPECT_EQ(ShowDuration(999'600us), "1.0 s");
  EXPECT_EQ(ShowDuration(59'970ms), "1m 00s");
  EXPECT_EQ(ShowDuration(3'599'700ms), "1h 00m");
  EXPECT_EQ(ShowDuration(Duration::max()), "106,751,991d 04h");
  EXPECT_EQ(ShowDuration(Duration::min()), "−106,751,991d 04h");
}

TEST(ShowCoordinate, IsShortAndPlain) {
  EXPECT_EQ(ShowCoordinate(12), "12");
  EXPECT_EQ(ShowCoordinate(12.3456), "12.35");
  EXPECT_EQ(ShowCoordinate(-0.001), "0");
  EXPECT_EQ(ShowCoordinate(-1.5), "-1.5");
  EXPECT_EQ(ShowCoordinate(1e300), "10000000");
}

}  // namespace
}  // namespace propius
