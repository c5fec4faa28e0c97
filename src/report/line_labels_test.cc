#include "report/line_labels.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr Area kArea{.left = 0, .top = 0, .right = 300, .bottom = 200};

LineLabel At(double x, double y) { return {.text = "name", .classes = "", .at = {x, y}, .width = 40}; }

TEST(SpreadLabels, LeavesAloneWhatIsApart) {
  std::vector<LineLabel> labels{At(100, 150), At(100, 20), At(100, 60)};
  SpreadLabels(labels, kArea);
  EXPECT_EQ(labels[0].at.y, 20);
  EXPECT_EQ(labels[1].at.y, 60);
  EXPECT_EQ(labels[2].at.y, 150);
}

TEST(SpreadLabels, PushesDownWhatIsTooClose) {
  std::vector<LineLabel> labels{At(100, 50), At(100, 52), At(100, 54)};
  SpreadLabels(labels, kArea);
  EXPECT_EQ(labels[0].at.y, 50);
  EXPECT_EQ(labels[1].at.y, 65);
  EXPECT_EQ(labels[2].at.y, 80);
}

TEST(SpreadLabels, StaysWithinTheArea) {
  std::vector<LineLabel> labels{At(100, 199), At(100, 200), At(100, -30), At(100, 400)};
  SpreadLabels(labels, kArea);
  EXPECT_EQ(labels.front().at.y, 0);
  EXPECT_EQ(labels.back().at.y, 200);
  EXPECT_EQ(labels[2].at.y, 185);
  EXPECT_EQ(labels[1].at.y, 170);
}

TEST(SpreadLabels, LeavesAloneWhatStandsSideBySide) {
  std::vector<LineLabel> labels{At(10, 50), At(100, 50)};
  SpreadLabels(labels, kArea);
  EXPECT_EQ(labels[0].at.y, 50);
  EXPECT_EQ(labels[1].at.y, 50);
}

TEST(Crowd, CountsWhatABoxWouldCover) {
  Crowd crowd;
  const Area box{.left = 10, .top = 10, .right = 50, .bottom = 20};
  EXPECT_EQ(crowd.Covered(box), 0);
  crowd.AddLine({0, 0}, {0, 100});  // beside it
  EXPECT_EQ(crowd.Covered(box), 0);
  crowd.AddLine({0, 15}, {100, 15});  // through it
  EXPECT_GT(crowd.Covered(box), 5);
  const int lines = crowd.Covered(box);
  crowd.AddBox({.left = 40, .top = 0, .right = 60, .bottom = 100});
  EXPECT_GT(crowd.Covered(box), lines + 100);
}

TEST(PlaceBesideLine, PrefersTheLeftEndAbove) {
  const Pixel at = PlaceBesideLine({}, kArea, 100, 60);
  EXPECT_LT(at.x, 20);
  EXPECT_LT(at.y, 100);
}

TEST(PlaceBesideLine, EvadesLinesAndNames) {
  Crowd crowd;
  crowd.AddLine({0, 90}, {80, 90});
  const Pixel at = PlaceBesideLine(crowd, kArea, 100, 60);
  EXPECT_GT(at.x, 200);
  EXPECT_LT(at.y, 100);
  crowd.AddBox({.left = 0, .top = 70, .right = 300, .bottom = 100});
  EXPECT_GT(PlaceBesideLine(crowd, kArea, 100, 60).y, 100);
}

TEST(PlaceBesideLine, StaysAboveTheBottom) { EXPECT_LT(PlaceBesideLine({}, kArea, 199, 60).y, 199); }

}  // namespace
}  // namespace propius
