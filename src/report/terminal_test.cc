#include "report/terminal.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "report/text.h"

namespace propius {
namespace {

TEST(Table, AlignsColumns) {
  EXPECT_EQ(
      RenderTable({{"job"}, {"rounds", true}, {"state"}}, {{"digits-cnn", "12", "done"}, {"parity", "5", "failed"}}),
      "job         rounds  state\n"
      "──────────  ──────  ──────\n"
      "digits-cnn      12  done\n"
      "parity           5  failed\n");
}

TEST(Table, IsRuledAsAsked) {
  EXPECT_EQ(RenderTable({{"a"}, {"b", true}}, {{"xy", "1"}}, Rules::kAscii), "a   b\n--  -\nxy  1\n");
  EXPECT_EQ(RenderTable({{"a"}, {"b", true}}, {{"xy", "1"}}, Rules::kNone), "a   b\nxy  1\n");
}

TEST(Table, CountsColumnsAndNotBytes) {
  EXPECT_EQ(RenderTable({{"é"}, {"b"}}, {{"東京", "x"}, {"aé", "y"}}, Rules::kNone), "é     b\n東京  x\naé    y\n");
}

TEST(Table, CutsLongCells) {
  EXPECT_EQ(RenderTable({{"name", false, 6}, {"n"}}, {{"a long name", "1"}}, Rules::kNone), "name    n\na lon…  1\n");
}

TEST(Table, FillsShortRowsAndCutsLongOnes) {
  EXPECT_EQ(RenderTable({{"a"}, {"b"}}, {{"1"}, {"1", "2", "3"}, {}}, Rules::kNone), "a  b\n1\n1  2\n\n");
  EXPECT_EQ(RenderTable({}, {{"1"}}), "");
  EXPECT_EQ(RenderTable({{"a"}}, {}), "a\n─\n");
}

TEST(Table, LetsNoControlCharactersThrough) {
  const std::string table = RenderTable({{"name"}}, {{"evil\x1b[31m\nname\r"}}, Rules::kNone);
  EXPECT_EQ(table, "name\nevil\uFFFD[31m name\uFFFD\n");
}

TEST(ProgressBar, FillsByEighthsOfAColumn) {
  EXPECT_EQ(ProgressBar(0, 4), "░░░░");
  EXPECT_EQ(ProgressBar(0.5, 4), "██░░");
  EXPECT_EQ(ProgressBar(0.625, 4), "██▌░");
  EXPECT_EQ(ProgressBar(1, 4), "████");
  EXPECT_EQ(ProgressBar(0.999, 2), "█▉");
}

TEST(ProgressBar, HasItsWidthForAnyShare) {
  for (double share = -0.5; share < 1.5; share += 0.013) {
    EXPECT_EQ(Columns(ProgressBar(share, 17)), 17U) << share;
    EXPECT_EQ(ProgressBar(share, 17, false).size(), 17U) << share;
  }
  EXPECT_EQ(ProgressBar(0.5, 0), "");
  EXPECT_EQ(ProgressBar(std::nan(""), 3, false), "---");
  EXPECT_EQ(ProgressBar(std::numeric_limits<double>::infinity(), 3, false), "###");
}

TEST(ProgressBar, LooksDoneOnlyWhenItIs) {
  EXPECT_EQ(ProgressBar(0.999, 4, false), "###-");
  EXPECT_EQ(ProgressBar(1, 4, false), "####");
}

TEST(Sparkline, RisesWithTheValues) {
  EXPECT_EQ(Sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline({100, 0, 7}, 2), "▁█");
  EXPECT_EQ(Sparkline({1, std::nan(""), 2}, 5), "▁ █");
  EXPECT_EQ(Sparkline({3, 3}, 5), "▅▅");
  EXPECT_EQ(Sparkline({}, 5), "");
  EXPECT_EQ(Sparkline({1, 2}, 0), "");
}

}  // namespace
}  // namespace propius
