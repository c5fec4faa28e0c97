#include "report/frame.h"

#include <cmath>

#include <gtest/gtest.h>

#include "report/markup_testing.h"
#include "report/text.h"

namespace propius {
namespace {

Extent From(double low, double high) {
  Extent extent;
  extent.Add(low);
  extent.Add(high);
  return extent;
}

TEST(Legend, BreaksIntoRowsOfItsWidth) {
  std::vector<LegendEntry> entries;
  for (int i = 0; i < 10; ++i) entries.push_back({"a series of some length", SeriesClass(i)});
  const double height = LegendHeight(entries, 400);
  EXPECT_GT(height, LegendHeight(entries, 2000));
  Svg svg(400, height, "");
  DrawLegend(svg, entries, {0, 0}, 400);
  const Markup markup = ReadMarkup(std::move(svg).Finish());
  const auto names = markup.All("text");
  ASSERT_EQ(names.size(), 10U);
  for (const Element& name : names) {
    EXPECT_LE(name.Number("x") + EstimateWidth("a series of some length", kFontSize), 400);
    EXPECT_LE(name.Number("y"), height);
  }
}

TEST(Legend, TakesNoRoomWithoutEntries) { EXPECT_EQ(LegendHeight({}, 400), 0); }

TEST(Legend, CutsANameThatIsWiderThanAll) {
  Svg svg(200, 100, "");
  DrawLegend(svg, {{std::string(100, 'w'), "s1"}}, {0, 0}, 200);
  EXPECT_NE(std::move(svg).Finish().find("…"), std::string::npos);
}

TEST(AxisRange, TakesTheEndsAskedFor) {
  const Range range = AxisRange({.low = 0, .high = 10}, From(3, 4));
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 10);
  EXPECT_EQ(AxisRange({.low = 0}, From(3, 4)).high, 4);
  EXPECT_EQ(AxisRange({.high = 9}, From(3, 4)).low, 3);
}

TEST(AxisRange, IgnoresEndsThatLeaveNoRange) {
  const Range crossed = AxisRange({.low = 9, .high = 1}, From(3, 4));
  EXPECT_EQ(crossed.low, 3);
  EXPECT_EQ(crossed.high, 4);
  const Range beyond = AxisRange({.low = 9}, From(3, 4));
  EXPECT_EQ(beyond.low, 9);
  EXPECT_GT(beyond.high, 9);
  EXPECT_LT(AxisRange({.high = 1}, From(3, 4)).low, 1);
  EXPECT_EQ(AxisRange({.low = std::nan("")}, From(3, 4)).low, 3);
  EXPECT_LT(AxisRange({.low = 1e299}, From(3, 4)).low, 1e299);  // where adding one changes nothing
}

TEST(AxisRange, IsWidenedToRoundValuesOnlyAtFreeEnds) {
  const Range free = RoundedAxisRange({}, From(0.3, 9.7), 5);
  EXPECT_EQ(free.low, 0);
  EXPECT_EQ(free.high, 10);
  const Range bound = RoundedAxisRange({.low = 0.1, .high = 9.9}, From(0.3, 9.7), 5);
  EXPECT_EQ(bound.low, 0.1);
  EXPECT_EQ(bound.high, 9.9);
}

TEST(BottomAxis, LeavesOutNumbersRatherThanLetThemCollide) {
  Svg svg(140, 100, "");
  DrawBottomAxis(svg, {.left = 10, .top = 0, .right = 130, .bottom = 60}, {1e6, 1e6 + 10}, Unit::kNumber, "", false);
  const auto numbers = ReadMarkup(std::move(svg).Finish()).All("text");
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    EXPECT_GT(numbers[i].Number("x") - numbers[i - 1].Number("x"), EstimateWidth("1,000,000", kFontSize));
  }
}

}  // namespace
}  // namespace propius
