#include <cmath>

#include <gtest/gtest.h>

#include "report/markup_testing.h"
#include "report/plot.h"

namespace propius {
namespace {

Markup Drawn(const BarChart& chart, double width = 600) {
  Markup markup = ReadMarkup(Draw(chart, width, "bars"));
  EXPECT_EQ(markup.error, "");
  return markup;
}

// Bars without the swatches of the legend, which are squares of 10.
std::vector<Element> BarsOf(const Markup& markup) {
  std::vector<Element> bars = markup.All("rect", "fill");
  std::erase_if(bars, [](const Element& bar) { return bar.Number("width") == 10 && bar.Number("height") == 10; });
  return bars;
}

double Bottom(const Element& bar) { return bar.Number("y") + bar.Number("height"); }

BarChart TwoByTwo(bool stacked) {
  return {.categories = {"one", "two"},
          .bars = {{.name = "a", .values = {1, 2}}, {.name = "b", .values = {3, 4}}},
          .stacked = stacked};
}

TEST(BarChart, StandsBarsSideBySide) {
  const auto bars = BarsOf(Drawn(TwoByTwo(false)));
  ASSERT_EQ(bars.size(), 4U);
  for (const Element& bar : bars) EXPECT_NEAR(Bottom(bar), Bottom(bars[0]), 0.02);
  EXPECT_NEAR(bars[1].Number("height"), 3 * bars[0].Number("height"), 0.1);
  EXPECT_LE(bars[0].Number("x") + bars[0].Number("width"), bars[1].Number("x"));
  EXPECT_TRUE(bars[0].HasClass("s1"));
  EXPECT_TRUE(bars[1].HasClass("s2"));
}

TEST(BarChart, StacksBarsOnTopOfEachOther) {
  const auto bars = BarsOf(Drawn(TwoByTwo(true)));
  ASSERT_EQ(bars.size(), 4U);
  EXPECT_NEAR(Bottom(bars[1]), bars[0].Number("y"), 0.02);
  EXPECT_EQ(bars[0].Number("x"), bars[1].Number("x"));
}

TEST(BarChart, StacksNegativeValuesDownwards) {
  const BarChart chart{
      .categories = {"c"}, .bars = {{.values = {2}}, {.values = {-3}}, {.values = {1}}}, .stacked = true};
  const auto bars = BarsOf(Drawn(chart));
  ASSERT_EQ(bars.size(), 3U);
  EXPECT_NEAR(bars[1].Number("y"), Bottom(bars[0]), 0.02);
  EXPECT_NEAR(Bottom(bars[2]), bars[0].Number("y"), 0.02);
}

TEST(BarChart, LeavesOutWhatIsMissing) {
  const BarChart chart{.categories = {"one", "two", "three"}, .bars = {{.values = {1, std::nan("")}}}};
  EXPECT_EQ(BarsOf(Drawn(chart)).size(), 1U);
}

TEST(BarChart, WritesTheNumberAtABar) {
  const BarChart chart{
      .y = {.unit = Unit::kSeconds}, .categories = {"venn"}, .bars = {{.name = "time", .values = {83}}}};
  const std::string svg = Draw(chart, 400, "");
  EXPECT_NE(svg.find(">1m 23s</text>"), std::string::npos);
  EXPECT_NE(svg.find("<title>venn time: 1m 23s</title>"), std::string::npos);
}

TEST(BarChart, HasALegendOnlyForSeveralKindsOfBars) {
  EXPECT_EQ(Drawn(TwoByTwo(false)).All("rect").size(), 6U);
  const BarChart one{.categories = {"x"}, .bars = {{.name = "a", .values = {1}}}};
  EXPECT_EQ(Drawn(one).All("rect").size(), 1U);
}

TEST(BarChart, SlantsNamesThatDoNotFitAndLeavesSomeOut) {
  BarChart chart{.bars = {{.name = "a"}}};
  for (int i = 0; i < 60; ++i) {
    chart.categories.push_back("device number " + std::to_string(i));
    chart.bars[0].values.push_back(i);
  }
  std::size_t slanted = 0;
  for (const Element& text : Drawn(chart).All("text")) slanted += text.attributes.contains("transform") ? 1 : 0;
  EXPECT_GT(slanted, 10U);
  EXPECT_LT(slanted, 40U);
  EXPECT_EQ(BarsOf(Drawn(chart)).size(), 60U);
}

TEST(BarChart, KeepsBarsWithinTheDrawing) {
  BarChart chart = TwoByTwo(false);
  chart.bars[0].values = {-1e300, 1e300};
  chart.bars[1].values = {5, INFINITY};
  for (const double width : {240.0, 900.0}) {
    for (const Element& bar : BarsOf(Drawn(chart, width))) {
      EXPECT_GE(bar.Number("x"), 0);
      EXPECT_LE(bar.Number("x") + bar.Number("width"), width);
      EXPECT_GE(bar.Number("y"), 0);
      EXPECT_LE(Bottom(bar), 300);
    }
  }
}

TEST(BarChart, SaysThatThereIsNothing) {
  for (const BarChart& chart : {BarChart{}, BarChart{.categories = {"a"}}, BarChart{.bars = {{.values = {1}}}},
                                BarChart{.categories = {"a"}, .bars = {{.values = {std::nan("")}}}}}) {
    EXPECT_NE(Draw(chart, 400, "").find("no data"), std::string::npos);
    EXPECT_TRUE(BarsOf(Drawn(chart)).empty());
  }
}

TEST(BarChart, DrawsAZeroAsNothing) {
  const BarChart chart{.categories = {"a", "b"}, .bars = {{.values = {0, 1}}}};
  EXPECT_EQ(BarsOf(Drawn(chart))[0].Number("height"), 0);
}

}  // namespace
}  // namespace propius
