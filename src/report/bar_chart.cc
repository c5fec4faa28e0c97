#include <algorithm>
#include <cmath>
#include <numbers>

#include "report/frame.h"
#include "report/plot.h"
#include "report/svg.h"
#include "report/text.h"

namespace propius {
namespace {

constexpr int kValueTicks = 5;
constexpr double kSlant = 35;
constexpr double kWidestSlanted = 110;

bool IsDrawn(double value) { return std::abs(value) <= 1e300; }

class BarPlot {
 public:
  BarPlot(const BarChart& chart, double width, const std::string& description)
      : chart_(chart), width_(std::max(width, kMinWidth)), svg_(width_, Height(), description) {}

  std::string Draw() && {
    Measure();
    if (!chart_.y.title.empty()) {
      svg_.Text({0, 12}, Anchor::kStart, FitWidth(chart_.y.title, kFontSize, width_), "title");
    }
    DrawLegend(svg_, legend_, {0, TitleHeight()}, width_);
    if (empty_) {
      DrawNothing(svg_, area_);
      return std::move(svg_).Finish();
    }
    DrawValueAxis(svg_, area_, y_, chart_.y.unit, kValueTicks);
    svg_.BeginClip({area_.left, area_.top - 16}, area_.width(), area_.height() + 17);
    for (std::size_t i = 0; i < chart_.categories.size(); ++i) {
      chart_.stacked ? DrawStack(i) : DrawGroup(i);
    }
    svg_.EndClip();
    DrawCategories();
    return std::move(svg_).Finish();
  }

 private:
  double Height() const { return std::max(chart_.height, 120.0); }
  double TitleHeight() const { return chart_.y.title.empty() ? 0 : 22; }
  std::string Class(std::size_t i) const { return SeriesClass(chart_.bars[i].color.value_or(static_cast<int>(i))); }
  double Value(std::size_t bar, std::size_t category) const {
    const std::vector<double>& values = chart_.bars[bar].values;
    return category < values.size() ? values[category] : std::nan("");
  }

  void Measure() {
    Extent y;
    for (std::size_t category = 0; category < chart_.categories.size(); ++category) {
      double up = 0;
      double down = 0;
      for (std::size_t bar = 0; bar < chart_.bars.size(); ++bar) {
        const double value = Value(bar, category);
        if (!IsDrawn(value)) continue;
        empty_ = false;
        if (!chart_.stacked) y.Add(value);
        (value < 0 ? down : up) += value;
      }
      if (chart_.stacked) {
        y.Add(up);
        y.Add(down);
      }
    }
    y.Add(0);
    y_ = RoundedAxisRange(chart_.y, y, kValueTicks);
    if (chart_.bars.size() > 1) {
      for (std::size_t i = 0; i < chart_.bars.size(); ++i) legend_.push_back({chart_.bars[i].name, Class(i)});
    }
    area_.left = ValueAxisWidth(y_, chart_.y.unit, kValueTicks);
    area_.right = width_ - 4;
    area_.top = TitleHeight() + 10 + LegendHeight(legend_, width_);
    band_ = area_.width() / static_cast<double>(std::max<std::size_t>(chart_.categories.size(), 1));
    double widest = 0;
    for (const std::string& category : chart_.categories) {
      widest = std::max(widest, EstimateWidth(category, kFontSize));
    }
    slanted_ = widest > band_ - 6;
    const double names = slanted_ ? std::min(widest, kWidestSlanted) * 0.6 + 20 : 24;
    area_.bottom = std::max(Height() - names, area_.top + 40);
  }

  double Y(double value) const { return area_.bottom - y_.Share(value) * area_.height(); }
  double Zero() const { return std::clamp(Y(0), area_.top, area_.bottom); }

  std::string Tooltip(std::size_t bar, std::size_t category) const {
    const std::string& name = chart_.bars[bar].name;
    return chart_.categories[category] + (name.empty() ? "" : "\n" + name) + ": " +
           ShowValue(Value(bar, category), chart_.y.unit);
  }

  void DrawBar(double left, double width, double from, double to, std::size_t bar, std::size_t category) {
    const double top = std::min(from, to);
    // A bar that is there shows, however short.
    const double height = std::max(std::abs(from - to), from == to ? 0.0 : 0.75);
    svg_.Rectangle({left, top}, width, height, std::min({2.0, width / 4, height / 2}), "fill " + Class(bar),
                   Tooltip(bar, category));
  }

  void DrawGroup(std::size_t category) {
    const double inner = band_ * (chart_.bars.size() > 1 ? 0.78 : 0.62);
    const double gap = chart_.bars.size() > 1 ? std::min(2.0, inner / 20) : 0;
    const double bar_width = std::min(inner / static_cast<double>(chart_.bars.size()), 56.0);
    const double used = bar_width * static_cast<double>(chart_.bars.size());
    double left = area_.left + band_ * (static_cast<double>(category) + 0.5) - used / 2;
    for (std::size_t bar = 0; bar < chart_.bars.size(); ++bar, left += bar_width) {
      const double value = Value(bar, category);
      if (!IsDrawn(value)) continue;
      DrawBar(left + gap / 2, bar_width - gap, Zero(), Y(value), bar, category);
      DrawValue(left + bar_width / 2, value, bar_width + 2);
    }
  }

  void DrawStack(std::size_t category) {
    const double bar_width = std::min(band_ * 0.62, 56.0);
    const double left = area_.left + band_ * (static_cast<double>(category) + 0.5) - bar_width / 2;
    double up = 0;
    double down = 0;
    for (std::size_t bar = 0; bar < chart_.bars.size(); ++bar) {
      const double value = Value(bar, category);
      if (!IsDrawn(value)) continue;
      double& end = value < 0 ? down : up;
      const double begin = end;
      end += value;
      DrawBar(left, bar_width, Y(begin), Y(end), bar, category);
    }
    if (down == 0) DrawValue(left + bar_width / 2, up, band_ - 4);
  }

  // The number at the end of a bar, if it does not run into its neighbours'.
  void DrawValue(double middle, double value, double room) {
    const std::string text = ShowValue(value, chart_.y.unit);
    if (EstimateWidth(text, kFontSize) > room || value == 0) return;
    svg_.Text({middle, Y(value) + (value < 0 ? 14 : -5)}, Anchor::kMiddle, text, "small");
  }

  void DrawCategories() {
    // Each name needs a line's height of room; of more categories than that, every second, third, … is named.
    const double slant = kSlant * std::numbers::pi / 180;
    const auto stride = slanted_ ? static_cast<std::size_t>(std::ceil(14 / (band_ * std::sin(slant)))) : 1;
    for (std::size_t i = 0; i < chart_.categories.size(); i += stride) {
      const double x = area_.left + band_ * (static_cast<double>(i) + 0.5);
      if (slanted_) {
        const double room = std::min(kWidestSlanted, x / std::cos(slant));
        svg_.SlantedText({x + 4, area_.bottom + 14}, Anchor::kEnd, kSlant,
                         FitWidth(chart_.categories[i], kFontSize, room), "tick");
      } else {
        svg_.Text({x, area_.bottom + 18}, Anchor::kMiddle, chart_.categories[i], "tick");
      }
    }
  }

  const BarChart& chart_;
  const double width_;
  Svg svg_;
  std::vector<LegendEntry> legend_;
  bool empty_ = true;
  bool slanted_ = false;
  Range y_;
  Area area_;
  double band_ = 0;
};

}  // namespace

std::string Draw(const BarChart& chart, double width, const std::string& description) {
  return BarPlot(chart, width, description).Draw();
}

}  // namespace propius
