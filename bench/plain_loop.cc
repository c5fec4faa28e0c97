#include "bench/plain_loop.h"

namespace propius {

void AddInPlainLoop(double* sums, const float* values, std::size_t count, double weight) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += weight * static_cast<double>(values[i]);
}

void AddInPlainLoop(float* parameters, const float* values, std::size_t count, float rate) {
  for (std::size_t i = 0; i < count; ++i) parameters[i] += rate * values[i];
}

}  // namespace propius
