// What plots have in common: sizes, legends, the grid with its numbers, and the word for an empty plot.
#pragma once

#include <string>
#include <vector>

#include "report/plot.h"
#include "report/scale.h"
#include "report/svg.h"

namespace propius {

inline constexpr double kFontSize = 12;
inline constexpr double kLineHeight = 18;
inline constexpr double kMinWidth = 240;

// The area in which values are drawn.
struct Area {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

// The ends of the axis: what it asks for where that leaves a range, else those of the values.
Range AxisRange(const Axis& axis, const Extent& values);
// As above, with the free ends widened to round values.
Range RoundedAxisRange(const Axis& axis, const Extent& values, int count);

struct LegendEntry {
  std::string name;
  std::string classes;
};

// Height that the legend takes when it is broken into rows of this width; 0 without entries.
double LegendHeight(const std::vector<LegendEntry>& entries, double width);
void DrawLegend(Svg& svg, const std::vector<LegendEntry>& entries, Pixel corner, double width);

// Horizontal grid lines with their numbers left of the area; the one at zero is an axis.
void DrawValueAxis(Svg& svg, const Area& area, Range range, Unit unit, int count);
// Room that those numbers need.
double ValueAxisWidth(Range range, Unit unit, int count);
// Ticks and numbers under the area, its title under them; with `grid`, vertical lines through it.
void DrawBottomAxis(Svg& svg, const Area& area, Range range, Unit unit, const std::string& title, bool grid);
double BottomAxisHeight(const std::string& title);

void DrawNothing(Svg& svg, const Area& area);

}  // namespace propius
