// What adding an update costs if nothing else is done.
#pragma once

#include <cstddef>

namespace propius {

// sums += weight * values
void AddInPlainLoop(double* sums, const float* values, std::size_t count, double weight);
// parameters += rate * values
void AddInPlainLoop(float* parameters, const float* values, std::size_t count, float rate);

}  // namespace propius
