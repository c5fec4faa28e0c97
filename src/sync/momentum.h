// Gains and momenta of a parameter server: a guard against settings that diverge, and a diagnostic to look at.
#pragma once

#include <cstddef>

namespace propius {

// With long local phases, training is stable up to here; it was seen to diverge from 1.9 on (docs/experiments.md).
inline constexpr double kSafeGain = 1.5;

// What one update of every worker moves the parameters by in the end, relative to their mean: gain / (1 - momentum).
double TotalGain(double server_gain, double momentum);

// The momentum that asynchrony itself adds, mu = 1 - p (ADSP, theorem 1): p = 1 / (1 + (1 - 1/M) * sum), where `sum` is
// over the workers' Gamma / (DeltaC_i * v_i). What unit v_i has is not said; only the order that it gives means
// something. Shown, never steered by.
double ImplicitMomentum(std::size_t workers, double sum);
// The same with each worker's share of the sum as the authors plot it, 0.05 / commit rate.
double PlottedImplicitMomentum(std::size_t workers, double commits_per_period);

}  // namespace propius
