#include "sim/fleet_draw.h"

#include <bit>

namespace propius {
namespace {

constexpr std::size_t kShift = 397;

constexpr std::uint32_t Scramble(std::uint32_t word) { return word ^ (word >> 30U); }

}  // namespace

// CPython hands the seed over as a key of one word (init_by_array of the authors' reference).
PythonRandom::PythonRandom(std::uint32_t seed) {
  state_[0] = 19'650'218;
  for (std::size_t i = 1; i < kWords; ++i) {
    state_[i] = 1'812'433'253U * Scramble(state_[i - 1]) + static_cast<std::uint32_t>(i);
  }
  std::size_t at = 1;
  const auto step = [&](std::uint32_t factor, std::uint32_t add, std::uint32_t take) {
    state_[at] = (state_[at] ^ (Scramble(state_[at - 1]) * factor)) + add - take;
    if (++at < kWords) return;
    state_[0] = state_[kWords - 1];
    at = 1;
  };
  for (std::size_t i = 0; i < kWords; ++i) step(1'664'525U, seed, 0);
  for (std::size_t i = 1; i < kWords; ++i) step(1'566'083'941U, 0, static_cast<std::uint32_t>(at));
  state_[0] = 0x8000'0000U;
}

void PythonRandom::Refill() {
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::uint32_t joined = (state_[i] & 0x8000'0000U) | (state_[(i + 1) % kWords] & 0x7fff'ffffU);
    const std::uint32_t twist = (joined & 1U) != 0 ? 0x9908'b0dfU : 0;
    state_[i] = state_[(i + kShift) % kWords] ^ (joined >> 1U) ^ twist;
  }
  next_ = 0;
}

std::uint32_t PythonRandom::Next() {
  if (next_ == kWords) Refill();
  std::uint32_t word = state_[next_++];
  word ^= word >> 11U;
  word ^= (word << 7U) & 0x9d2c'5680U;
  word ^= (word << 15U) & 0xefc6'0000U;
  return word ^ (word >> 18U);
}

std::uint32_t PythonRandom::RandInt(std::uint32_t low, std::uint32_t high) {
  const std::uint32_t values = high - low + 1;
  const int bits = std::bit_width(values);
  for (;;) {
    const std::uint32_t drawn = Next() >> (32 - bits);
    if (drawn < values) return low + drawn;
  }
}

}  // namespace propius
