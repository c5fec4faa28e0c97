// From values to pixels: units, ranges and the round numbers on an axis.
#pragma once

#include <string>
#include <vector>

namespace propius {

// How the numbers of an axis read. A share is 0 to 1 and shows in per cent; seconds show as durations.
enum class Unit { kNumber, kShare, kSeconds, kBytes };

// One value in full, for a tooltip or a cell.
std::string ShowValue(double value, Unit unit);

// A range of finite values, low < high.
struct Range {
  double low = 0;
  double high = 1;

  // 0 at low, 1 at high.
  double Share(double value) const { return (value - low) / (high - low); }
};

// Gathers values; what is not finite or beyond 1e300 is passed over.
class Extent {
 public:
  void Add(double value);
  bool empty() const { return low_ > high_; }
  // The values' range; widened around a single value, and [0, 1] for none.
  Range range() const;

 private:
  double low_ = 1;
  double high_ = 0;
};

// Round values within [range.low, range.high], rising, about `count` of them.
std::vector<double> Ticks(Range range, Unit unit, int count);
// Their labels, with as many decimals as tell them apart.
std::vector<std::string> TickLabels(const std::vector<double>& ticks, Unit unit);
// The range, widened to the round values around it.
Range Rounded(Range range, Unit unit, int count);

}  // namespace propius
