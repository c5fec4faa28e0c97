#include "report/scale.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/time.h"
#include "report/number.h"

namespace propius {
namespace {

constexpr double kLargest = 1e300;

double RoundDecimal(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digit = rough / power;
  return (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10) * power;
}

double RoundSeconds(double rough) {
  constexpr std::array<double, 14> kSteps{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200};
  if (rough <= 0.5) return RoundDecimal(rough);
  const auto* const step = std::ranges::lower_bound(kSteps, rough * 0.9999);
  if (step != kSteps.end()) return *step;
  if (rough <= 6 * 3600.0) return 6 * 3600.0;
  if (rough <= 12 * 3600.0) return 12 * 3600.0;
  return RoundDecimal(rough / 86400) * 86400;
}

double RoundBytes(double rough) {
  if (rough <= 1) return RoundDecimal(rough);
  const double unit = std::pow(1024.0, std::floor(std::log2(rough) / 10));
  const double count = rough / unit;
  return count <= 500 ? RoundDecimal(count) * unit : 1024 * unit;
}

double Step(Range range, Unit unit, int count) {
  const double rough = std::max((range.high - range.low) / std::max(count, 1), 1e-300);
  if (unit == Unit::kSeconds) return RoundSeconds(rough);
  if (unit == Unit::kBytes) return RoundBytes(rough);
  return RoundDecimal(rough);
}

// Decimals that a multiple of `step` needs.
int Decimals(double step) {
  for (int decimals = 0; decimals < 9; ++decimals) {
    const double scaled = step * std::pow(10.0, decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, scaled)) return decimals;
  }
  return 9;
}

std::string SecondsLabel(double value, double step) {
  if (value == 0) return "0";
  if (step < 1) return ShowFixed(value, Decimals(step)) + "s";
  const double size = std::abs(std::round(value));
  const std::string sign = value < 0 ? "−" : "";
  if (step >= 86400) return sign + ShowFixed(size / 86400, 0) + "d";
  const double hours = std::floor(size / 3600);
  const double minutes = std::floor(std::fmod(size, 3600) / 60);
  const double seconds = std::fmod(size, 60);
  std::string label;
  if (hours > 0) label += ShowFixed(hours, 0) + "h";
  if (minutes > 0 || (hours > 0 && seconds > 0)) label += (label.empty() ? "" : " ") + ShowFixed(minutes, 0) + "m";
  if (seconds > 0) label += (label.empty() ? "" : " ") + ShowFixed(seconds, 0) + "s";
  return sign + label;
}

}  // namespace

std::string ShowValue(double value, Unit unit) {
  if (!std::isfinite(value)) return ShowFixed(value, 0);
  switch (unit) {
    case Unit::kShare:
      return ShowPercent(value);
    case Unit::kSeconds:
      return std::abs(value) < 1e12 ? ShowDuration(FromSeconds(value)) : ShowCompact(value) + " s";
    case Unit::kBytes:
      return ShowBytes(value);
    case Unit::kNumber:
      break;
  }
  const bool whole = value == std::round(value);
  return whole && std::abs(value) < 1e6 ? ShowFixed(value, 0) : ShowCompact(value);
}

void Extent::Add(double value) {
  if (!(std::abs(value) <= kLargest)) return;
  const bool first = empty();
  low_ = first ? value : std::min(low_, value);
  high_ = first ? value : std::max(high_, value);
}

Range Extent::range() const {
  if (empty()) return {};
  // Values that a double cannot tell apart along an axis are one value.
  const double size = std::max(std::abs(low_), std::abs(high_));
  if (high_ - low_ > 1e-9 * size) return {low_, high_};
  const double margin = size > 0 ? 0.5 * size : 0.5;
  return {low_ - margin, high_ + margin};
}

std::vector<double> Ticks(Range range, Unit unit, int count) {
  const double step = Step(range, unit, count);
  // Whole multiples of the step, so that an error does not add up and zero is exactly zero.
  const double first = std::ceil(range.low / step - 1e-6);
  const double last = std::floor(range.high / step + 1e-6);
  std::vector<double> ticks;
  for (double i = first; i <= last && ticks.size() < 100; i += 1) ticks.push_back(i == 0 ? 0 : i * step);
  return ticks;
}

std::vector<std::string> TickLabels(const std::vector<double>& ticks, Unit unit) {
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : ticks.empty() ? 1 : std::abs(ticks[0]);
  double largest = 0;
  for (const double tick : ticks) largest = std::max(largest, std::abs(tick));
  std::vector<std::string> labels;
  for (const double tick : ticks) {
    if (unit == Unit::kShare) {
      labels.push_back(ShowFixed(tick * 100, Decimals(step * 100)) + " %");
    } else if (unit == Unit::kSeconds && largest < 1e12) {
      labels.push_back(SecondsLabel(tick, step));
    } else if (unit == Unit::kBytes) {
      labels.push_back(ShowBytes(tick));
    } else if (step >= 1e-6 && (largest < 1e4 || (largest < 1e15 && step < 0.002 * largest))) {
      labels.push_back(ShowFixed(tick, Decimals(step)));
    } else {
      labels.push_back(ShowCompact(tick));
    }
  }
  return labels;
}

Range Rounded(Range range, Unit unit, int count) {
  const double step = Step(range, unit, count);
  return {std::floor(range.low / step + 1e-6) * step, std::ceil(range.high / step - 1e-6) * step};
}

}  // namespace propius
