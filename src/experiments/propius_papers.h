// What the Propius paper says of its Figs. 2 to 4, in words: their axes are not printed (propius.md 3.4).
#pragma once

namespace propius {

inline constexpr double kPropiusUtilGainAt1200 = 1.88;  // Propius with random over pure random
inline constexpr double kPropiusUtilOverStaticAt1500 = 1.14;
inline constexpr double kPureRandomUtilOverStaticAt1500 = 1.10;
inline constexpr double kPropiusThroughputGain = 2.76;  // up to, over pure random
inline constexpr double kPropiusJctGain = 1.26;         // up to, over pure random

}  // namespace propius
