#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "report/frame.h"
#include "report/plot.h"
#include "report/svg.h"
#include "report/text.h"

namespace propius {
namespace {

bool IsDrawn(const Span& span) {
  return std::abs(span.begin) <= 1e300 && std::abs(span.end) <= 1e300 && span.begin <= span.end;
}

// Rows are thinner the more there are.
double RowHeight(std::size_t rows) { return rows <= 8 ? 34 : rows <= 24 ? 24 : 15; }

class TimelinePlot {
 public:
  TimelinePlot(const Timeline& timeline, double width, const std::string& description)
      : timeline_(timeline),
        width_(std::max(width, kMinWidth)),
        row_height_(RowHeight(timeline.rows.size())),
        legend_(Legend(timeline)),
        area_(Measure()),
        svg_(width_, area_.bottom + BottomAxisHeight(timeline.x.title), description) {}

  std::string Draw() && {
    DrawLegend(svg_, legend_, {0, 0}, width_);
    Extent x;
    for (const TimelineRow& row : timeline_.rows) {
      for (const Span& span : row.spans) {
        if (!IsDrawn(span)) continue;
        x.Add(span.begin);
        x.Add(span.end);
      }
    }
    if (x.empty()) {
      DrawNothing(svg_, area_);
      return std::move(svg_).Finish();
    }
    x_ = AxisRange(timeline_.x, x);
    DrawBottomAxis(svg_, area_, x_, timeline_.x.unit, timeline_.x.title, true);
    for (std::size_t i = 0; i < timeline_.rows.size(); ++i) DrawRow(timeline_.rows[i], Top(i));
    return std::move(svg_).Finish();
  }

 private:
  static std::vector<LegendEntry> Legend(const Timeline& timeline) {
    std::vector<LegendEntry> entries;
    // A kind that shows in the colours of the rows has none of its own to show here.
    const bool by_row =
        std::ranges::any_of(timeline.rows, [](const TimelineRow& row) { return row.color.has_value(); });
    for (std::size_t i = 0; i < timeline.kinds.size(); ++i) {
      const SpanKind& kind = timeline.kinds[i];
      std::string color = by_row && !kind.color ? "plain" : SeriesClass(kind.color.value_or(static_cast<int>(i)));
      entries.push_back({kind.name, std::move(color) + (kind.pale ? " pale" : "")});
    }
    return entries;
  }

  std::string Class(const TimelineRow& row, std::size_t kind) const {
    if (kind >= timeline_.kinds.size()) return row.color ? SeriesClass(*row.color) : "plain";
    const std::optional<int> own = timeline_.kinds[kind].color;
    const int color = own ? *own : row.color.value_or(static_cast<int>(kind));
    return SeriesClass(color) + (timeline_.kinds[kind].pale ? " pale" : "");
  }

  Area Measure() const {
    double widest = 0;
    for (const TimelineRow& row : timeline_.rows) widest = std::max(widest, EstimateWidth(row.name, kFontSize));
    const double top = LegendHeight(legend_, width_) + 2;
    const double rows = std::max(row_height_ * static_cast<double>(timeline_.rows.size()), 60.0);
    return {std::min(widest, 0.28 * width_) + 12, top, width_ - 12, top + rows};
  }

  double Top(std::size_t row) const { return area_.top + row_height_ * static_cast<double>(row); }

  void DrawRow(const TimelineRow& row, double top) {
    const double middle = top + row_height_ / 2;
    svg_.Text({area_.left - 10, middle + 4}, Anchor::kEnd, FitWidth(row.name, kFontSize, area_.left - 12), "note");
    svg_.BeginClip({area_.left, top}, area_.width(), row_height_);
    const double inset = row_height_ > 20 ? 5 : 2.5;
    for (const Span& span : row.spans) {
      if (!IsDrawn(span)) continue;
      const double left = area_.left + x_.Share(span.begin) * area_.width();
      const double right = area_.left + x_.Share(span.end) * area_.width();
      if (right < area_.left - 1 || left > area_.right + 1) continue;
      // A hairline between neighbours, and a sliver for what is too short to see.
      const double drawn = std::max(right - left - 0.6, 1.2);
      const auto kind = static_cast<std::size_t>(std::max(span.kind, 0));
      svg_.Rectangle({left, top + inset}, drawn, row_height_ - 2 * inset, std::min(2.5, drawn / 3),
                     "fill " + Class(row, kind), Tooltip(row, span, kind));
      if (row_height_ > 20 && EstimateWidth(span.label, kFontSize) + 6 < drawn) {
        const bool pale = kind < timeline_.kinds.size() && timeline_.kinds[kind].pale;
        svg_.Text({left + drawn / 2, middle + 4}, Anchor::kMiddle, span.label, pale ? "small" : "small on-color");
      }
    }
    svg_.EndClip();
  }

  std::string Tooltip(const TimelineRow& row, const Span& span, std::size_t kind) const {
    std::string text = row.name;
    if (kind < timeline_.kinds.size()) text += "\n" + timeline_.kinds[kind].name;
    text +=
        ": " + ShowValue(span.end - span.begin, timeline_.x.unit) + " from " + ShowValue(span.begin, timeline_.x.unit);
    for (const std::string& more : {span.label, span.tooltip}) {
      if (!more.empty()) text += "\n" + more;
    }
    return text;
  }

  const Timeline& timeline_;
  const double width_;
  const double row_height_;
  const std::vector<LegendEntry> legend_;
  const Area area_;
  Svg svg_;
  Range x_;
};

}  // namespace

std::string Draw(const Timeline& timeline, double width, const std::string& description) {
  return TimelinePlot(timeline, width, description).Draw();
}

}  // namespace propius
