#include "report/page.h"

#include <gtest/gtest.h>

#include "report/markup_testing.h"

namespace propius {
namespace {

constexpr const char* kEvil = "<img src=x onerror='alert(1)'> & \"more\"";

Page Full() {
  LineChart chart{.x = {.title = kEvil}, .y = {.title = kEvil}};
  chart.series = {{.name = kEvil, .points = {{0, 1}, {1, 2}}}};
  chart.targets = {{.y = 1.5, .label = kEvil}};
  BarChart bars{.y = {.title = kEvil}, .categories = {kEvil}, .bars = {{.name = kEvil, .values = {1}}, {.name = "b"}}};
  Timeline timeline{.x = {.title = kEvil}, .kinds = {{.name = kEvil}}};
  timeline.rows = {{.name = kEvil, .spans = {{0, 1, 0, kEvil, kEvil}}}};
  Matrix matrix{.row_title = kEvil, .column_title = kEvil, .rows = {kEvil}, .columns = {kEvil}, .values = {{1}}};
  Page page{.title = kEvil, .lead = kEvil, .footer = kEvil};
  page.blocks.emplace_back(Tiles{{{.value = kEvil, .label = kEvil, .note = kEvil, .color = 1}}});
  page.blocks.emplace_back(Section{.title = kEvil, .text = kEvil});
  page.blocks.emplace_back(Paragraph{kEvil});
  page.blocks.emplace_back(Figure{.title = kEvil, .plot = chart, .caption = kEvil});
  page.blocks.emplace_back(Figure{.title = kEvil, .plot = bars, .half = true});
  page.blocks.emplace_back(Figure{.title = kEvil, .plot = matrix, .half = true});
  page.blocks.emplace_back(Figure{.title = kEvil, .plot = timeline});
  page.blocks.emplace_back(Table{.title = kEvil,
                                 .columns = {{.title = kEvil}, {.title = "n", .number = true}},
                                 .rows = {{kEvil, "1"}, {Cell(kEvil, 2), "2", "too much"}, {}},
                                 .caption = kEvil});
  return page;
}

TEST(Page, IsWellFormed) {
  EXPECT_EQ(ReadMarkup(Render(Full())).error, "");
  EXPECT_EQ(ReadMarkup(Render(Page{})).error, "");
}

TEST(Page, EscapesAllText) {
  const Markup markup = ReadMarkup(Render(Full()));
  EXPECT_TRUE(markup.All("img").empty());
  EXPECT_TRUE(markup.All("script").empty());
}

TEST(Page, NeedsNothingFromElsewhere) {
  std::string html = Render(Full());
  const std::string name_space = "http://www.w3.org/2000/svg";  // a name, not a place to go to
  for (std::size_t at = html.find(name_space); at != std::string::npos; at = html.find(name_space)) {
    html.erase(at, name_space.size());
  }
  for (const char* const outside : {"http:", "https:", "url(", "@import", "src=\"", "href="}) {
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
  }
}

TEST(Page, FollowsTheReadersThemeAndPrints) {
  const std::string html = Render(Page{});
  EXPECT_NE(html.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(html.find("@media print"), std::string::npos);
  EXPECT_NE(html.find("name=\"viewport\""), std::string::npos);
}

TEST(Page, DrawsEachFigureForScreensOfBothKinds) {
  Page page;
  page.blocks.emplace_back(Figure{.title = "wide", .plot = Matrix{}});
  page.blocks.emplace_back(Figure{.title = "half", .plot = Matrix{}, .half = true});
  const Markup markup = ReadMarkup(Render(page));
  const auto wide = markup.All("svg", "wide");
  const auto narrow = markup.All("svg", "narrow");
  ASSERT_EQ(wide.size(), 2U);
  ASSERT_EQ(narrow.size(), 2U);
  EXPECT_EQ(wide[0].Number("width"), 860);
  EXPECT_EQ(wide[1].Number("width"), 406);
  EXPECT_EQ(narrow[0].Number("width"), 360);
  EXPECT_EQ(markup.All("figure", "half").size(), 1U);
}

TEST(Page, GivesNeighbouringFiguresOneGrid) {
  Page page;
  for (int i = 0; i < 2; ++i) {
    page.blocks.emplace_back(Figure{.plot = Matrix{}});
    page.blocks.emplace_back(Figure{.plot = Matrix{}});
    page.blocks.emplace_back(Paragraph{"text"});
  }
  EXPECT_EQ(ReadMarkup(Render(page)).All("div", "figures").size(), 2U);
}

TEST(Page, FillsShortRowsOfATable) {
  Page page;
  page.blocks.emplace_back(Table{.columns = {{"a"}, {"b", true}}, .rows = {{"1"}, {"1", "2", "3"}}});
  const Markup markup = ReadMarkup(Render(page));
  EXPECT_EQ(markup.All("td").size(), 4U);
  EXPECT_EQ(markup.All("td", "number").size(), 2U);
  EXPECT_EQ(markup.All("th", "number").size(), 1U);
}

TEST(Page, MarksTilesAndCellsInTheColourOfTheirSeries) {
  const Markup markup = ReadMarkup(Render(Full()));
  EXPECT_EQ(markup.All("div", "tile").at(0).HasClass("s2"), true);
  EXPECT_EQ(markup.All("td", "dot-cell").at(0).HasClass("s3"), true);
}

TEST(Page, LeavesOutWhatIsEmpty) {
  Page page{.title = "only a title"};
  page.blocks.emplace_back(Tiles{});
  page.blocks.emplace_back(Section{.title = "s"});
  const Markup markup = ReadMarkup(Render(page));
  EXPECT_TRUE(markup.All("p").empty());
  EXPECT_TRUE(markup.All("dl").empty());
  EXPECT_TRUE(markup.All("footer").empty());
}

}  // namespace
}  // namespace propius
