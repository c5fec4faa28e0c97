#include <cmath>

#include <gtest/gtest.h>

#include "report/markup_testing.h"
#include "report/plot.h"

namespace propius {
namespace {

Markup Drawn(const Timeline& timeline, double width = 800) {
  Markup markup = ReadMarkup(Draw(timeline, width, "spans"));
  EXPECT_EQ(markup.error, "");
  return markup;
}

// Spans without the swatches of the legend, which are squares of 10.
std::vector<Element> SpansOf(const Markup& markup) {
  std::vector<Element> spans = markup.All("rect", "fill");
  std::erase_if(spans, [](const Element& span) { return span.Number("width") == 10 && span.Number("height") == 10; });
  return spans;
}

Timeline TwoJobs() {
  return {.kinds = {{.name = "waiting", .pale = true}, {.name = "collecting"}},
          .rows = {{.name = "first", .spans = {{0, 10, 0}, {10, 40, 1, "1", "ten of ten"}}},
                   {.name = "second", .spans = {{20, 40, 1, "7"}}}}};
}

TEST(Timeline, DrawsSpansInProportion) {
  const auto spans = SpansOf(Drawn(TwoJobs()));
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_NEAR(spans[1].Number("width"), 3 * spans[0].Number("width"), 2);
  EXPECT_NEAR(spans[1].Number("x"), spans[0].Number("x") + spans[0].Number("width"), 1);
  EXPECT_GT(spans[2].Number("y"), spans[1].Number("y"));
}

TEST(Timeline, ColoursSpansByKind) {
  const auto spans = SpansOf(Drawn(TwoJobs()));
  EXPECT_TRUE(spans[0].HasClass("s1"));
  EXPECT_TRUE(spans[0].HasClass("pale"));
  EXPECT_TRUE(spans[1].HasClass("s2"));
  EXPECT_FALSE(spans[1].HasClass("pale"));
}

TEST(Timeline, ColoursSpansByRowWhereTheKindHasNoColour) {
  Timeline timeline = TwoJobs();
  timeline.rows[1].color = 4;
  timeline.kinds.push_back({.name = "aggregating", .color = 7});
  timeline.rows[1].spans.push_back({40, 50, 2});
  const Markup markup = Drawn(timeline);
  const auto spans = SpansOf(markup);
  EXPECT_TRUE(spans[2].HasClass("s5"));
  EXPECT_TRUE(spans[3].HasClass("s8"));
  const auto swatches = markup.All("rect", "plain");  // of the kinds that have many colours
  EXPECT_EQ(swatches.size(), 2U);
}

TEST(Timeline, WritesLabelsWhereTheyFit) {
  Timeline timeline = TwoJobs();
  timeline.rows[0].spans.push_back({40, 40.1, 1, "squeezed"});
  const std::string svg = Draw(timeline, 800, "");
  EXPECT_NE(svg.find(">7</text>"), std::string::npos);
  EXPECT_EQ(svg.find(">squeezed</text>"), std::string::npos);
  EXPECT_NE(svg.find("<title>first collecting: 30.0 s from 10.0 s 1 ten of ten</title>"), std::string::npos);
}

TEST(Timeline, ShowsSpansTooShortToSee) {
  Timeline timeline = TwoJobs();
  timeline.rows[0].spans = {{5, 5, 0}, {6, 6.0001, 0}};
  for (const Element& span : SpansOf(Drawn(timeline))) EXPECT_GE(span.Number("width"), 1);
}

TEST(Timeline, LeavesOutWhatIsNoSpan) {
  Timeline timeline = TwoJobs();
  timeline.rows[0].spans = {{9, 3, 0}, {std::nan(""), 3, 0}, {3, INFINITY, 0}, {1, 2, 0}};
  EXPECT_EQ(SpansOf(Drawn(timeline)).size(), 2U);
}

TEST(Timeline, DrawsUnknownKindsPlain) {
  Timeline timeline = TwoJobs();
  timeline.rows[1].spans = {{0, 40, 17}, {0, 40, -3}};
  const auto spans = SpansOf(Drawn(timeline));
  EXPECT_TRUE(spans[2].HasClass("plain"));
  EXPECT_TRUE(spans[3].HasClass("s1"));
  timeline.rows[1].color = 2;
  EXPECT_TRUE(SpansOf(Drawn(timeline))[2].HasClass("s3"));
}

TEST(Timeline, GrowsWithItsRowsWhichGetThinner) {
  Timeline timeline{.kinds = {{.name = "busy"}}};
  for (int i = 0; i < 60; ++i)
    timeline.rows.push_back({.name = "device " + std::to_string(i), .spans = {{0.0 + i, 99}}});
  const Markup many = Drawn(timeline);
  const auto spans = SpansOf(many);
  ASSERT_EQ(spans.size(), 60U);
  const double height = many.elements[0].Number("height");
  EXPECT_LT(height, 1100);
  EXPECT_LE(spans.back().Number("y") + spans.back().Number("height"), height);
  EXPECT_LT(spans[0].Number("height"), SpansOf(Drawn(TwoJobs()))[0].Number("height"));
}

TEST(Timeline, LeavesOutSpansBeyondItsAxis) {
  Timeline timeline = TwoJobs();
  timeline.x.low = 25;
  timeline.x.high = 30;
  EXPECT_EQ(SpansOf(Drawn(timeline)).size(), 2U);
}

TEST(Timeline, CutsLongNames) {
  Timeline timeline = TwoJobs();
  timeline.rows[0].name = std::string(300, 'x');
  EXPECT_NE(Draw(timeline, 400, "").find("…</text>"), std::string::npos);
}

TEST(Timeline, SaysThatThereIsNothing) {
  EXPECT_NE(Draw(Timeline{}, 400, "").find("no data"), std::string::npos);
  EXPECT_NE(Draw(Timeline{.rows = {{.name = "idle"}}}, 400, "").find("no data"), std::string::npos);
}

}  // namespace
}  // namespace propius
