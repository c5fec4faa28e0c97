#include "sync/push/significance_filter.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace propius {
namespace {

class SignificanceFilter final : public PushFilter {
 public:
  explicit SignificanceFilter(SignificanceOptions options) : options_(options) {}

  std::size_t Filter(std::span<float> update, std::span<const float> parameters, Rng& /*chance*/) override {
    kept_.resize(update.size());
    const double limit = options_.threshold / std::sqrt(static_cast<double>(++pushes_));
    std::size_t sent = 0;
    for (std::size_t i = 0; i < update.size(); ++i) {
      kept_[i] += update[i];
      const double value = std::max(std::abs(static_cast<double>(parameters[i])), options_.least_value);
      const bool send = kept_[i] != 0 && std::abs(static_cast<double>(kept_[i])) > limit * value;
      update[i] = send ? std::exchange(kept_[i], 0.0F) : 0.0F;
      if (send) ++sent;
    }
    return sent;
  }

 private:
  const SignificanceOptions options_;
  std::vector<float> kept_;
  std::uint64_t pushes_ = 0;
};

}  // namespace

std::unique_ptr<PushFilter> MakeSignificanceFilter(SignificanceOptions options) {
  return std::make_unique<SignificanceFilter>(options);
}

}  // namespace propius
