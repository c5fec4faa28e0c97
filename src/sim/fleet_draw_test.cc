#include "sim/fleet_draw.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace propius {
namespace {

std::vector<std::uint32_t> Drawn(PythonRandom draw, std::size_t count, std::uint32_t low, std::uint32_t high) {
  std::vector<std::uint32_t> drawn;
  for (std::size_t i = 0; i < count; ++i) drawn.push_back(draw.RandInt(low, high));
  return drawn;
}

// Literals printed by CPython 3: random.seed(s); [random.randint(low, high) for _ in range(n)].
TEST(PythonRandom, DrawsWhatPythonDraws) {
  EXPECT_EQ(Drawn(PythonRandom(42), 8, 0, 107'748),
            (std::vector<std::uint32_t>{83'810, 14'592, 3'278, 97'196, 36'048, 32'098, 29'256, 18'289}));
  EXPECT_EQ(Drawn(PythonRandom(7), 6, 5, 104), (std::vector<std::uint32_t>{46, 24, 55, 88, 11, 14}));
}

TEST(PythonRandom, StaysInStepWhenItsStateIsUsedUpAndMadeAnew) {
  EXPECT_EQ(Drawn(PythonRandom(42), 1'000, 0, 107'748).back(), 90'673U);
}

TEST(PythonRandom, DrawsTheOneValueOfARangeOfOne) { EXPECT_EQ(Drawn(PythonRandom(1), 1, 9, 9).front(), 9U); }

}  // namespace
}  // namespace propius
