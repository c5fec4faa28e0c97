#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "report/frame.h"
#include "report/line_labels.h"
#include "report/plot.h"
#include "report/svg.h"
#include "report/text.h"

namespace propius {
namespace {

constexpr int kValueTicks = 5;
constexpr double kWidestName = 170;
constexpr std::size_t kMostDirectLabels = 8;
// Marks that answer to the pointer are for reading values, of which a line of thousands needs no more than these.
constexpr std::size_t kMostTooltips = 300;

bool IsDrawn(const Point& point) { return std::abs(point.x) <= 1e300 && std::abs(point.y) <= 1e300; }

class LinePlot {
 public:
  LinePlot(const LineChart& chart, double width, const std::string& description)
      : chart_(chart), width_(std::max(width, kMinWidth)), svg_(width_, Height(), description) {}

  std::string Draw() && {
    Measure();
    if (!chart_.y.title.empty()) {
      svg_.Text({0, 12}, Anchor::kStart, FitWidth(chart_.y.title, kFontSize, width_), "title");
    }
    if (!direct_) DrawLegend(svg_, legend_, {0, TitleHeight()}, width_);
    if (empty_) {
      DrawNothing(svg_, area_);
      return std::move(svg_).Finish();
    }
    DrawValueAxis(svg_, area_, y_, chart_.y.unit, kValueTicks);
    DrawBottomAxis(svg_, area_, x_, chart_.x.unit, chart_.x.title, false);
    DrawTargets();
    // Lines on the border keep their full stroke.
    svg_.BeginClip({area_.left - 4, area_.top - 4}, area_.width() + 8, area_.height() + 8);
    for (std::size_t i = 0; i < chart_.series.size(); ++i) DrawSeries(chart_.series[i], Class(i));
    for (std::size_t i = 0; i < chart_.series.size(); ++i) DrawTooltips(chart_.series[i], Class(i));
    svg_.EndClip();
    NameTargets();
    if (direct_) DrawNames();
    return std::move(svg_).Finish();
  }

 private:
  double Height() const { return std::max(chart_.height, 120.0); }
  double TitleHeight() const { return chart_.y.title.empty() ? 0 : 22; }

  std::string Class(std::size_t i) const {
    if (chart_.series[i].color) return SeriesClass(*chart_.series[i].color);
    // From the eighth on, colours alone no longer tell lines apart for every eye.
    return SeriesClass(static_cast<int>(i)) + (i % 10 >= 7 ? " dashed" : "");
  }

  void Measure() {
    Extent x;
    Extent y;
    std::size_t named = 0;
    double widest = 0;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      const Series& series = chart_.series[i];
      for (const Point& point : series.points) {
        if (!IsDrawn(point)) continue;
        x.Add(point.x);
        y.Add(point.y);
      }
      if (series.name.empty()) continue;
      ++named;
      widest = std::max(widest, EstimateWidth(series.name, kFontSize));
      legend_.push_back({series.name, Class(i)});
    }
    empty_ = x.empty();
    for (const TargetLine& target : chart_.targets) y.Add(target.y);
    x_ = AxisRange(chart_.x, x);
    y_ = RoundedAxisRange(chart_.y, y, kValueTicks);

    direct_ = named <= kMostDirectLabels && width_ >= 520;
    area_.left = ValueAxisWidth(y_, chart_.y.unit, kValueTicks);
    area_.right = width_ - (direct_ && named > 0 ? std::min(widest, kWidestName) + 16 : 10);
    area_.top = TitleHeight() + 8 + (direct_ ? 0 : LegendHeight(legend_, width_));
    area_.bottom = std::max(Height() - BottomAxisHeight(chart_.x.title), area_.top + 40);
  }

  Pixel Place(const Point& point) const {
    return {area_.left + x_.Share(point.x) * area_.width(), area_.bottom - y_.Share(point.y) * area_.height()};
  }
  bool IsInside(const Pixel& at) const {
    return at.x >= area_.left - 0.5 && at.x <= area_.right + 0.5 && at.y >= area_.top - 0.5 &&
           at.y <= area_.bottom + 0.5;
  }

  static std::string Class(const TargetLine& target) { return target.color ? SeriesClass(*target.color) : "plain"; }

  // The height of a target's line; none if it is not on the chart.
  std::optional<double> Place(const TargetLine& target) const {
    if (!IsDrawn({0, target.y})) return {};
    const Pixel at = Place({x_.low, target.y});
    return IsInside(at) ? std::optional(at.y) : std::nullopt;
  }

  void DrawTargets() {
    for (const TargetLine& target : chart_.targets) {
      if (const auto y = Place(target)) svg_.Line({area_.left, *y}, {area_.right, *y}, "target " + Class(target));
    }
  }

  void NameTargets() {
    Crowd crowd;
    for (const Series& series : chart_.series) {
      const Point* before = nullptr;
      for (const Point& point : series.points) {
        if (IsDrawn(point)) crowd.AddLine(Place(before != nullptr ? *before : point), Place(point));
        before = IsDrawn(point) ? &point : nullptr;
      }
    }
    for (const TargetLine& target : chart_.targets) {
      if (const auto y = Place(target)) crowd.AddLine({area_.left, *y}, {area_.right, *y});
    }
    for (const TargetLine& target : chart_.targets) {
      const auto y = Place(target);
      if (!y || target.label.empty()) continue;
      const std::string text = FitWidth(target.label, kFontSize, area_.width() - 12);
      const double width = EstimateWidth(text, kFontSize);
      const Pixel at = PlaceBesideLine(crowd, area_, *y, width);
      crowd.AddBox({at.x, at.y - 6, at.x + width, at.y + 6});
      svg_.Text({at.x, at.y + 4}, Anchor::kStart, text, "small halo ink " + Class(target));
    }
  }

  void DrawSeries(const Series& series, const std::string& classes) {
    std::vector<Pixel> run;
    const auto finish_run = [&] {
      if (series.mark != Mark::kPoints) {
        svg_.Polyline(run, "line " + classes);
        if (run.size() == 1) svg_.Circle(run[0], 3, "dot " + classes);
      }
      run.clear();
    };
    for (const Point& point : series.points) {
      if (!IsDrawn(point)) {
        finish_run();
        continue;
      }
      const Pixel at = Place(point);
      if (series.mark == Mark::kStep && !run.empty()) run.push_back({at.x, run.back().y});
      run.push_back(at);
      if (series.mark == Mark::kPoints || series.mark == Mark::kLineAndPoints) svg_.Circle(at, 3, "dot " + classes);
    }
    finish_run();
  }

  void DrawTooltips(const Series& series, const std::string& classes) {
    const std::size_t stride = series.points.size() / kMostTooltips + 1;
    for (std::size_t i = 0; i < series.points.size(); i += stride) {
      const Point& point = series.points[i];
      if (!IsDrawn(point) || !IsInside(Place(point))) continue;
      const std::string x_title = chart_.x.title.empty() ? "" : chart_.x.title + " ";
      svg_.Circle(Place(point), 7, "hit " + classes,
                  (series.name.empty() ? "" : series.name + "\n") + x_title + ShowValue(point.x, chart_.x.unit) + ": " +
                      ShowValue(point.y, chart_.y.unit));
    }
  }

  void DrawNames() {
    std::vector<LineLabel> labels;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      const auto& points = chart_.series[i].points;
      const auto last = std::find_if(points.rbegin(), points.rend(), IsDrawn);
      if (last == points.rend() || chart_.series[i].name.empty()) continue;
      Pixel at = Place(*last);
      at = {std::clamp(at.x, area_.left, area_.right) + 9, std::clamp(at.y, area_.top, area_.bottom)};
      const std::string text = FitWidth(chart_.series[i].name, kFontSize, std::min(kWidestName, width_ - at.x));
      labels.push_back({text, Class(i), at, EstimateWidth(text, kFontSize)});
    }
    SpreadLabels(labels, area_);
    for (const LineLabel& label : labels) {
      svg_.Text({label.at.x, label.at.y + 4}, Anchor::kStart, label.text, "name halo ink " + label.classes);
    }
  }

  const LineChart& chart_;
  const double width_;
  Svg svg_;
  std::vector<LegendEntry> legend_;
  bool empty_ = true;
  bool direct_ = false;
  Range x_;
  Range y_;
  Area area_;
};

}  // namespace

std::string Draw(const LineChart& chart, double width, const std::string& description) {
  return LinePlot(chart, width, description).Draw();
}

}  // namespace propius
