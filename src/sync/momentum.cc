#include "sync/momentum.h"

#include <algorithm>
#include <limits>

namespace propius {
namespace {

constexpr double kPlottedShare = 0.05;

}  // namespace

double TotalGain(double server_gain, double momentum) {
  if (momentum >= 1) return std::numeric_limits<double>::infinity();
  return server_gain / (1 - momentum);
}

double ImplicitMomentum(std::size_t workers, double sum) {
  const double count = static_cast<double>(std::max<std::size_t>(workers, 1));
  return 1 - 1 / (1 + (1 - 1 / count) * sum);
}

double PlottedImplicitMomentum(std::size_t workers, double commits_per_period) {
  if (!(commits_per_period > 0)) return 1;
  return ImplicitMomentum(workers, static_cast<double>(workers) * kPlottedShare / commits_per_period);
}

}  // namespace propius
