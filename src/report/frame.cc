#include "report/frame.h"

#include <algorithm>
#include <cmath>

#include "report/text.h"

namespace propius {
namespace {

constexpr double kSwatch = 10;
constexpr double kSwatchGap = 6;
constexpr double kEntryGap = 18;

struct PlacedEntry {
  std::string text;
  Pixel corner;
};

std::vector<PlacedEntry> PlaceLegend(const std::vector<LegendEntry>& entries, double width) {
  std::vector<PlacedEntry> placed;
  Pixel at;
  for (const LegendEntry& entry : entries) {
    std::string text = FitWidth(entry.name, kFontSize, width - kSwatch - kSwatchGap);
    const double taken = kSwatch + kSwatchGap + EstimateWidth(text, kFontSize);
    if (at.x > 0 && at.x + taken > width) at = {0, at.y + kLineHeight};
    placed.push_back({std::move(text), at});
    at.x += taken + kEntryGap;
  }
  return placed;
}

double WidestLabel(const std::vector<std::string>& labels) {
  double widest = 0;
  for (const std::string& label : labels) widest = std::max(widest, EstimateWidth(label, kFontSize));
  return widest;
}

}  // namespace

Range AxisRange(const Axis& axis, const Extent& values) {
  Range range = values.range();
  const bool low = axis.low && std::isfinite(*axis.low);
  const bool high = axis.high && std::isfinite(*axis.high);
  if (low && (!high || *axis.low < *axis.high)) range.low = *axis.low;
  if (high && (!low || *axis.low < *axis.high)) range.high = *axis.high;
  // One end was asked for and all values are beyond it.
  if (!(range.low < range.high)) (low ? range.high : range.low) = low ? range.low + 1 : range.high - 1;
  if (!(range.low < range.high)) return values.range();
  return range;
}

Range RoundedAxisRange(const Axis& axis, const Extent& values, int count) {
  const Range exact = AxisRange(axis, values);
  Range rounded = Rounded(exact, axis.unit, count);
  if (axis.low && exact.low == *axis.low) rounded.low = exact.low;
  if (axis.high && exact.high == *axis.high) rounded.high = exact.high;
  return rounded;
}

double LegendHeight(const std::vector<LegendEntry>& entries, double width) {
  return entries.empty() ? 0 : PlaceLegend(entries, width).back().corner.y + kLineHeight + 8;
}

void DrawLegend(Svg& svg, const std::vector<LegendEntry>& entries, Pixel corner, double width) {
  const std::vector<PlacedEntry> placed = PlaceLegend(entries, width);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const double x = corner.x + placed[i].corner.x;
    const double y = corner.y + placed[i].corner.y;
    svg.Rectangle({x, y + 4}, kSwatch, kSwatch, 2.5, "fill " + entries[i].classes);
    svg.Text({x + kSwatch + kSwatchGap, y + 13}, Anchor::kStart, placed[i].text, "note");
  }
}

void DrawValueAxis(Svg& svg, const Area& area, Range range, Unit unit, int count) {
  const std::vector<double> ticks = Ticks(range, unit, count);
  const std::vector<std::string> labels = TickLabels(ticks, unit);
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double y = area.bottom - range.Share(ticks[i]) * area.height();
    svg.Line({area.left, y}, {area.right, y}, ticks[i] == 0 ? "axis" : "grid");
    svg.Text({area.left - 8, y + 4}, Anchor::kEnd, labels[i], "tick");
  }
}

double ValueAxisWidth(Range range, Unit unit, int count) {
  return WidestLabel(TickLabels(Ticks(range, unit, count), unit)) + 10;
}

void DrawBottomAxis(Svg& svg, const Area& area, Range range, Unit unit, const std::string& title, bool grid) {
  int count = std::clamp(static_cast<int>(area.width() / 80), 2, 10);
  std::vector<double> ticks = Ticks(range, unit, count);
  std::vector<std::string> labels = TickLabels(ticks, unit);
  while (count > 1 && (WidestLabel(labels) + 12) * static_cast<double>(labels.size()) > area.width()) {
    ticks = Ticks(range, unit, --count);
    labels = TickLabels(ticks, unit);
  }
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double x = area.left + range.Share(ticks[i]) * area.width();
    if (grid) svg.Line({x, area.top}, {x, area.bottom}, "grid");
    svg.Line({x, area.bottom}, {x, area.bottom + 4}, "axis");
    svg.Text({x, area.bottom + 18}, Anchor::kMiddle, labels[i], "tick");
  }
  svg.Line({area.left, area.bottom}, {area.right, area.bottom}, "axis");
  svg.Text({area.right, area.bottom + 36}, Anchor::kEnd, FitWidth(title, kFontSize, area.width()), "title");
}

double BottomAxisHeight(const std::string& title) { return title.empty() ? 24 : 42; }

void DrawNothing(Svg& svg, const Area& area) {
  svg.Text({(area.left + area.right) / 2, (area.top + area.bottom) / 2 + 4}, Anchor::kMiddle, "no data", "note");
}

}  // namespace propius
