#include "base/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/quote.h"

namespace propius {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t micros;
};
constexpr std::array<Unit, 6> kUnits{
    {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

// A round number below the largest count.
constexpr double kMostMicros = 9e18;

}  // namespace

Duration FromSeconds(double seconds) {
  return Duration(std::llround(std::clamp(seconds * 1e6, -kMostMicros, kMostMicros)));
}

Result<Duration> ParseDuration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error == std::errc() && std::isfinite(number) && number >= 0) {
    for (const Unit& known : kUnits) {
      const double micros = number * static_cast<double>(known.micros);
      if (unit == known.name && micros < kMostMicros) return Duration(std::llround(micros));
    }
  }
  return Fail(Code::kInvalidArgument, "expected a duration such as \"90s\", \"10m\" or \"250ms\", got " + Quote(text));
}

std::string FormatDuration(Duration duration) {
  for (const Unit& unit : kUnits) {
    if (duration.count() != 0 && duration.count() % unit.micros == 0) {
      return std::to_string(duration.count() / unit.micros) + std::string(unit.name);
    }
  }
  return "0s";
}

}  // namespace propius
