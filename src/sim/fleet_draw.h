// Python's own generator (`random.seed(n)`, `random.randint`), for drawing the very devices that the authors of Propius
// drew.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace propius {

// The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded and read as CPython 3 does it.
class PythonRandom {
 public:
  explicit PythonRandom(std::uint32_t seed);

  // Uniform in [low, high], both included; high - low is below 2^32 - 1.
  std::uint32_t RandInt(std::uint32_t low, std::uint32_t high);

 private:
  static constexpr std::size_t kWords = 624;

  std::uint32_t Next();
  void Refill();

  std::array<std::uint32_t, kWords> state_{};
  std::size_t next_ = kWords;
};

}  // namespace propius
