// Instants and durations. The clock has no now(): an instant can only come from a Runtime.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace propius {

using Duration = std::chrono::microseconds;

// Counts from the Unix epoch on a real runtime, from zero on a virtual one.
struct RuntimeClock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<RuntimeClock>;
  static constexpr bool is_steady = false;
};
using Time = RuntimeClock::time_point;

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
// Rounded to the nearest microsecond; beyond some 285,000 years it is that many.
Duration FromSeconds(double seconds);

// Reads "250ms", "1.5s", "10m", "2h", "1d"; the unit is required.
Result<Duration> ParseDuration(std::string_view text);
// Writes the shortest form that ParseDuration reads back exactly: "10m", "1500ms".
std::string FormatDuration(Duration duration);

// Microseconds since the epoch of the runtime, for storage and the wire.
constexpr std::int64_t ToMicros(Time time) { return time.time_since_epoch().count(); }
constexpr Time FromMicros(std::int64_t micros) { return Time(Duration(micros)); }

}  // namespace propius
