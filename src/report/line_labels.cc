#include "report/line_labels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace propius {
namespace {

constexpr double kSpacing = 15;

bool ShareColumns(const LineLabel& a, const LineLabel& b) {
  return a.at.x < b.at.x + b.width + 4 && b.at.x < a.at.x + a.width + 4;
}

constexpr double kLabelHeight = 13;

bool Overlap(const Area& a, const Area& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

}  // namespace

void SpreadLabels(std::vector<LineLabel>& labels, const Area& area) {
  std::ranges::stable_sort(labels, {}, [](const LineLabel& label) { return label.at.y; });
  for (std::size_t i = 0; i < labels.size(); ++i) {
    labels[i].at.y = std::max(labels[i].at.y, area.top);
    for (std::size_t above = 0; above < i; ++above) {
      if (ShareColumns(labels[above], labels[i])) {
        labels[i].at.y = std::max(labels[i].at.y, labels[above].at.y + kSpacing);
      }
    }
  }
  // Those pushed out below come back in, and push up whoever is in their way.
  for (std::size_t i = labels.size(); i-- > 0;) {
    labels[i].at.y = std::min(labels[i].at.y, area.bottom);
    for (std::size_t below = i + 1; below < labels.size(); ++below) {
      if (ShareColumns(labels[below], labels[i])) {
        labels[i].at.y = std::min(labels[i].at.y, labels[below].at.y - kSpacing);
      }
    }
  }
}

void Crowd::AddLine(Pixel from, Pixel to) {
  // Close enough together that no name slips between two of them.
  const double length = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y));
  const int steps = std::clamp(static_cast<int>(length / 5), 1, 500);
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    points_.push_back({from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share});
  }
}

void Crowd::AddBox(const Area& box) { boxes_.push_back(box); }

int Crowd::Covered(const Area& box) const {
  const auto points = std::ranges::count_if(points_, [&](const Pixel& point) {
    return point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom;
  });
  const auto boxes = std::ranges::count_if(boxes_, [&](const Area& other) { return Overlap(box, other); });
  return static_cast<int>(points + 1000 * boxes);
}

Pixel PlaceBesideLine(const Crowd& crowd, const Area& area, double y, double width) {
  Pixel best;
  int least = std::numeric_limits<int>::max();
  for (const double middle : {y - 9, y + 10}) {
    for (const double left : {area.left + 6, area.right - 6 - width, (area.left + area.right - width) / 2}) {
      const Area box{left - 2, middle - kLabelHeight / 2, left + width + 2, middle + kLabelHeight / 2};
      int covered = crowd.Covered(box);
      if (box.bottom > area.bottom || box.top < area.top - kLabelHeight) covered += 100;
      if (covered < least) {
        least = covered;
        best = {left, middle};
      }
    }
  }
  return best;
}

}  // namespace propius
