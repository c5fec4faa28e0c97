#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "report/markup_testing.h"
#include "report/plot.h"

namespace propius {
namespace {

Markup Drawn(const LineChart& chart, double width = 800) {
  Markup markup = ReadMarkup(Draw(chart, width, "a chart"));
  EXPECT_EQ(markup.error, "");
  return markup;
}

LineChart Lines(int series, int points) {
  LineChart chart{.x = {.title = "round"}, .y = {.title = "loss"}};
  for (int i = 0; i < series; ++i) {
    Series line{.name = "series " + std::to_string(i)};
    for (int x = 0; x < points; ++x) line.points.push_back({static_cast<double>(x), std::sin(x + i) * (i + 1)});
    chart.series.push_back(line);
  }
  return chart;
}

bool Says(const LineChart& chart, const std::string& text, double width = 800) {
  return Draw(chart, width, "").find(text) != std::string::npos;
}

TEST(LineChart, DrawsALineForEachSeriesInItsColour) {
  const Markup markup = Drawn(Lines(3, 10));
  const auto lines = markup.All("polyline", "line");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].HasClass("s1"));
  EXPECT_TRUE(lines[2].HasClass("s3"));
}

TEST(LineChart, TakesColoursAsAsked) {
  LineChart chart = Lines(2, 3);
  chart.series[1].color = 11;
  EXPECT_TRUE(Drawn(chart).All("polyline")[1].HasClass("s2"));  // round and round
  chart.series[1].color = -1;
  EXPECT_TRUE(Drawn(chart).All("polyline")[1].HasClass("s10"));
}

TEST(LineChart, KeepsPointsWithinTheDrawing) {
  for (const double width : {240.0, 360.0, 860.0}) {
    const Markup markup = Drawn(Lines(5, 20), width);
    const auto hits = markup.All("circle", "hit");
    ASSERT_EQ(hits.size(), 100U);
    for (const Element& hit : hits) {
      EXPECT_GE(hit.Number("cx"), 0);
      EXPECT_LE(hit.Number("cx"), width);
      EXPECT_GE(hit.Number("cy"), 0);
      EXPECT_LE(hit.Number("cy"), 320);
    }
  }
}

TEST(LineChart, PlacesPointsInProportion) {
  LineChart chart;
  chart.y = {.low = 0, .high = 10};
  chart.series = {{.name = "a", .points = {{0, 0}, {5, 5}, {10, 10}}, .mark = Mark::kPoints}};
  const auto dots = Drawn(chart).All("circle", "dot");
  ASSERT_EQ(dots.size(), 3U);
  EXPECT_NEAR(dots[1].Number("cx"), (dots[0].Number("cx") + dots[2].Number("cx")) / 2, 0.011);
  EXPECT_NEAR(dots[1].Number("cy"), (dots[0].Number("cy") + dots[2].Number("cy")) / 2, 0.011);
  EXPECT_GT(dots[0].Number("cy"), dots[2].Number("cy"));  // upwards is more
}

TEST(LineChart, BreaksLinesAtGaps) {
  LineChart chart;
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  chart.series = {{.name = "a", .points = {{0, 1}, {1, 2}, {2, nan}, {3, 1}, {4, 2}, {nan, 3}, {6, 1}, {7, infinity}}}};
  const Markup markup = Drawn(chart);
  EXPECT_EQ(markup.All("polyline").size(), 3U);
  EXPECT_EQ(markup.All("circle", "dot").size(), 1U);  // a line of one point would not show
  EXPECT_EQ(markup.All("circle", "hit").size(), 5U);
}

TEST(LineChart, DrawsStepsWithCorners) {
  LineChart chart;
  chart.series = {{.name = "a", .points = {{0, 1}, {1, 3}, {2, 2}}, .mark = Mark::kStep}};
  const std::string points = Drawn(chart).All("polyline")[0].attributes.at("points");
  EXPECT_EQ(std::ranges::count(points, ','), 5);
}

TEST(LineChart, SaysThatThereIsNothing) {
  EXPECT_TRUE(Says({}, "no data"));
  LineChart hollow;
  hollow.series = {{.name = "a"}, {.name = "b", .points = {{1, std::nan("")}}}};
  EXPECT_TRUE(Says(hollow, "no data"));
  EXPECT_TRUE(Drawn(hollow).All("polyline").empty());
}

TEST(LineChart, ShowsOnePoint) {
  LineChart chart;
  chart.series = {{.name = "a", .points = {{5, 1e12}}}};
  const auto dots = Drawn(chart).All("circle", "dot");
  ASSERT_EQ(dots.size(), 1U);
  EXPECT_GT(dots[0].Number("cy"), 0);
  EXPECT_LT(dots[0].Number("cy"), 320);
}

TEST(LineChart, BearsHugeValues) {
  LineChart chart;
  chart.series = {{.name = "a", .points = {{0, -1e300}, {1, 1e300}, {2, 1e308}, {1e300, 0}}}};
  for (const Element& hit : Drawn(chart).All("circle", "hit")) {
    EXPECT_GE(hit.Number("cy"), 0);
    EXPECT_LE(hit.Number("cy"), 320);
  }
}

TEST(LineChart, NamesLinesAtTheirEndsWhereThereIsRoom) {
  EXPECT_EQ(Drawn(Lines(8, 5)).All("text", "name").size(), 8U);
  EXPECT_TRUE(Drawn(Lines(8, 5)).All("rect").empty());
  EXPECT_TRUE(Drawn(Lines(8, 5), 360).All("text", "name").empty());
  EXPECT_EQ(Drawn(Lines(8, 5), 360).All("rect").size(), 8U);  // a legend
  EXPECT_EQ(Drawn(Lines(10, 5)).All("rect").size(), 10U);
}

TEST(LineChart, KeepsNamesApart) {
  LineChart chart;
  for (int i = 0; i < 8; ++i) chart.series.push_back({.name = "same end", .points = {{0, 0}, {1, 1 + i * 1e-4}}});
  const auto names = Drawn(chart).All("text", "name");
  ASSERT_EQ(names.size(), 8U);
  for (std::size_t i = 1; i < names.size(); ++i) EXPECT_GE(names[i].Number("y") - names[i - 1].Number("y"), 14.9);
  EXPECT_LE(names.back().Number("y"), 320);
}

TEST(LineChart, CutsLongNames) {
  LineChart chart;
  chart.series = {{.name = std::string(200, 'n'), .points = {{0, 1}, {1, 2}}}};
  EXPECT_TRUE(Says(chart, "…</text>"));
  EXPECT_TRUE(Says(chart, "…</text>", 300));
}

TEST(LineChart, DashesLinesThatColoursAloneDoNotTellApart) {
  const auto lines = Drawn(Lines(10, 5)).All("polyline");
  EXPECT_FALSE(lines[6].HasClass("dashed"));
  EXPECT_TRUE(lines[7].HasClass("dashed"));
}

TEST(LineChart, DrawsTargets) {
  LineChart chart = Lines(1, 10);
  chart.targets = {{.y = 2.5, .label = "goal <1>", .color = 3}, {.y = 0, .label = "floor"}, {.y = std::nan("")}};
  const auto lines = Drawn(chart).All("line", "target");
  ASSERT_EQ(lines.size(), 2U);  // the axis takes in what the series do not reach
  EXPECT_TRUE(lines[0].HasClass("s4"));
  EXPECT_LT(lines[0].Number("y1"), lines[1].Number("y1"));
  EXPECT_EQ(lines[0].Number("y1"), lines[0].Number("y2"));
  EXPECT_TRUE(Says(chart, "goal &lt;1&gt;"));
}

TEST(LineChart, LeavesOutTargetsBeyondTheAxis) {
  LineChart chart = Lines(1, 10);
  chart.y.high = 2;
  chart.targets = {{.y = 50, .label = "far away"}};
  EXPECT_TRUE(Drawn(chart).All("line", "target").empty());
  EXPECT_FALSE(Says(chart, "far away"));
}

TEST(LineChart, KeepsToTheEndsOfItsAxes) {
  LineChart chart;
  chart.x = {.low = 2, .high = 4};
  chart.y = {.unit = Unit::kShare, .low = 0, .high = 1};
  chart.series = {{.name = "a", .points = {{0, 0.5}, {3, 0.5}, {9, 0.5}, {3.5, 7}}}};
  EXPECT_EQ(Drawn(chart).All("circle", "hit").size(), 1U);
  EXPECT_TRUE(Says(chart, ">100 %<"));
  EXPECT_FALSE(Says(chart, ">120 %<"));
}

TEST(LineChart, SurvivesSenselessAxes) {
  for (const Axis& axis : {Axis{.low = 5, .high = 1}, Axis{.low = 100}, Axis{.high = -100}, Axis{.low = std::nan("")},
                           Axis{.low = 3, .high = 3}, Axis{.low = 1e300, .high = std::nan("")}}) {
    LineChart chart = Lines(2, 5);
    chart.x = axis;
    Drawn(chart);
    chart.y = axis;
    Drawn(chart);
  }
  LineChart flat = Lines(2, 5);
  flat.height = -10;
  Drawn(flat, -10);
}

TEST(LineChart, ExplainsItselfToThoseWhoCannotSeeIt) {
  const std::string svg = Draw(Lines(1, 2), 400, "accuracy \"over\" time");
  EXPECT_EQ(ReadMarkup(svg).elements.at(0).attributes.at("aria-label"), "accuracy &quot;over&quot; time");
}

TEST(LineChart, TellsValuesToThePointer) {
  LineChart chart;
  chart.x = {.title = "time", .unit = Unit::kSeconds};
  chart.y = {.unit = Unit::kShare};
  chart.series = {{.name = "cnn", .points = {{83, 0.956}, {90, 0.96}}}};
  EXPECT_TRUE(Says(chart, "<title>cnn time 1m 23s: 95.6 %</title>"));
}

TEST(LineChart, HasNoMoreTooltipsThanAnyoneNeeds) {
  const auto hits = Drawn(Lines(1, 10000)).All("circle", "hit");
  EXPECT_LE(hits.size(), 300U);
  EXPECT_GT(hits.size(), 100U);
}

}  // namespace
}  // namespace propius
