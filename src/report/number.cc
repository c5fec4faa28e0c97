#include "report/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace propius {
namespace {

constexpr std::string_view kNothing = "–";
constexpr std::string_view kMinus = "−";

// The digits of a value >= 0.
std::string Digits(double value, std::chars_format format, int precision) {
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision).ptr;
  return {buffer.data(), end};
}

std::string Grouped(std::string digits) {
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  for (std::size_t i = whole; i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string Signed(bool negative, const std::string& digits) {
  // What rounds to zero has no sign.
  const bool zero = digits.find_first_of("123456789") == std::string::npos;
  return (negative && !zero ? std::string(kMinus) : "") + digits;
}

std::string WithoutTrailingZeros(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

std::string TwoDigits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// "1.50e+18" -> "1.5e18"
std::string Scientific(double value) {
  std::string digits = Digits(value, std::chars_format::scientific, 2);
  const std::size_t e = digits.find('e');
  const int exponent = std::stoi(digits.substr(e + 1));
  return WithoutTrailingZeros(digits.substr(0, e)) + "e" + std::to_string(exponent);
}

}  // namespace

std::string ShowCount(std::int64_t count) {
  std::string digits = std::to_string(count);
  if (count < 0) digits.erase(0, 1);
  return Signed(count < 0, Grouped(digits));
}

std::string ShowFixed(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(kNothing);
  const double size = std::abs(value);
  if (size >= 1e15) return Signed(value < 0, Scientific(size));
  return Signed(value < 0, Grouped(Digits(size, std::chars_format::fixed, std::clamp(decimals, 0, 9))));
}

std::string ShowCompact(double value) {
  if (!std::isfinite(value)) return std::string(kNothing);
  const double size = std::abs(value);
  if (size == 0) return "0";
  if (size < 1e-4 || size >= 9.995e14) return Signed(value < 0, Scientific(size));
  constexpr std::array<std::string_view, 5> kSuffixes{"", "k", "M", "G", "T"};
  std::size_t suffix = 0;
  double scaled = size;
  // 999.5 would round to 1000.
  while (scaled >= 999.5 && suffix + 1 < kSuffixes.size()) {
    scaled /= 1000;
    ++suffix;
  }
  const int magnitude = static_cast<int>(std::floor(std::log10(scaled)));
  const std::string digits = Digits(scaled, std::chars_format::fixed, std::clamp(2 - magnitude, 0, 6));
  return Signed(value < 0, WithoutTrailingZeros(digits) + std::string(kSuffixes.at(suffix)));
}

std::string ShowPercent(double share, int decimals) {
  if (!std::isfinite(share)) return std::string(kNothing);
  return ShowFixed(share * 100, decimals) + " %";
}

std::string ShowBytes(double bytes) {
  if (!std::isfinite(bytes)) return std::string(kNothing);
  constexpr std::array<std::string_view, 6> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  double scaled = std::abs(bytes);
  while (scaled >= 1023.5 && unit + 1 < kUnits.size()) {
    scaled /= 1024;
    ++unit;
  }
  const int decimals = unit == 0 || scaled >= 99.95 ? 0 : 1;
  const std::string digits = WithoutTrailingZeros(ShowFixed(scaled, decimals));
  return Signed(bytes < 0, digits + " " + std::string(kUnits.at(unit)));
}

std::string ShowDuration(Duration duration) {
  if (duration < Duration::zero()) {
    // The most negative one has no positive twin.
    return Signed(true, ShowDuration(duration == Duration::min() ? Duration::max() : -duration));
  }
  const std::int64_t micros = duration.count();
  if (micros == 0) return "0 s";
  if (micros < 1'000) return std::to_string(micros) + " µs";
  if (micros < 999'500) return std::to_string((micros + 500) / 1'000) + " ms";
  if (micros < 59'950'000) return ShowFixed(static_cast<double>(micros) / 1e6, 1) + " s";
  // Rounded by hand: the largest duration leaves no room to add half a second.
  const std::int64_t seconds = micros / 1'000'000 + (micros % 1'000'000 >= 500'000 ? 1 : 0);
  if (seconds < 3'600) return std::to_string(seconds / 60) + "m " + TwoDigits(seconds % 60) + "s";
  if (seconds < 86'400) return std::to_string(seconds / 3'600) + "h " + TwoDigits(seconds % 3'600 / 60) + "m";
  return Grouped(std::to_string(seconds / 86'400)) + "d " + TwoDigits(seconds % 86'400 / 3'600) + "h";
}

std::string ShowCoordinate(double value) {
  if (!std::isfinite(value)) return "0";
  value = std::round(std::clamp(value, -1e7, 1e7) * 100) / 100;
  std::string digits = WithoutTrailingZeros(Digits(std::abs(value), std::chars_format::fixed, 2));
  return (value < 0 ? "-" : "") + digits;
}

}  // namespace propius
