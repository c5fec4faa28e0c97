// Numbers as people read them, the same in every locale. What is not finite shows as "–".
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace propius {

// "60,000"
std::string ShowCount(std::int64_t count);
// With this many decimals at most 9, thousands grouped: "1,234.50"; from 1e15 on as "1.2e18".
std::string ShowFixed(double value, int decimals);
// Three significant digits and a suffix: "0.0123", "12.3", "1.23k", "45.6M".
std::string ShowCompact(double value);
// A share of 1: 0.9512 is "95.1 %".
std::string ShowPercent(double share, int decimals = 1);
// Binary units: "512 B", "1.5 MiB".
std::string ShowBytes(double bytes);
// Two units at most: "0 s", "850 µs", "12 ms", "3.4 s", "1m 23s", "2h 05m", "3d 04h".
std::string ShowDuration(Duration duration);

// A coordinate or length for markup: at most two decimals, no exponent, clamped to ±1e7; zero if it is not finite.
std::string ShowCoordinate(double value);

}  // namespace propius
