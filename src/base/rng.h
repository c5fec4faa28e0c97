// Seeded chance that replays: the standard distributions differ between libraries, these do not.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace propius {

// xoshiro256**, seeded through splitmix64. A UniformRandomBitGenerator, so std::shuffle's cousin below is enough.
class Rng {
 public:
  using result_type = std::uint64_t;

  explicit Rng(std::uint64_t seed);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  // Uniform in [0, bound); bound >= 1.
  std::uint64_t Below(std::uint64_t bound);
  // Uniform in [0, 1).
  double Uniform();
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  bool Chance(double probability) { return Uniform() < probability; }
  double Exponential(double mean);
  double Normal();
  // Gamma with the given shape > 0 and scale 1 (Marsaglia and Tsang, 2000).
  double Gamma(double shape);
  // A point of the simplex with `size` coordinates, all concentrations alike.
  std::vector<double> Dirichlet(double concentration, std::size_t size);

  template <typename Container>
  void Shuffle(Container& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

  // An independent stream, for a part that must not disturb the others' draws.
  Rng Fork() { return Rng((*this)()); }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace propius
