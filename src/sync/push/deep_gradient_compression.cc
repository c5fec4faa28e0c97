#include "sync/push/deep_gradient_compression.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace propius {
namespace {

constexpr std::size_t kLeastSample = 256;

class DeepGradientCompression final : public PushFilter {
 public:
  explicit DeepGradientCompression(DgcOptions options) : options_(std::move(options)) {
    CHECK(!options_.sparsity.empty());
  }

  std::size_t Filter(std::span<float> update, std::span<const float> /*parameters*/, Rng& chance) override {
    velocity_.resize(update.size());
    kept_.resize(update.size());
    const auto momentum = static_cast<float>(options_.momentum);
    for (std::size_t i = 0; i < update.size(); ++i) {
      velocity_[i] = momentum * velocity_[i] + update[i];
      kept_[i] += velocity_[i];
    }
    const float threshold = Threshold(chance);
    std::size_t sent = 0;
    for (std::size_t i = 0; i < update.size(); ++i) {
      const bool send = kept_[i] != 0 && std::abs(kept_[i]) >= threshold;
      update[i] = send ? kept_[i] : 0.0F;
      if (!send) continue;
      kept_[i] = velocity_[i] = 0;
      ++sent;
    }
    ++pushes_;
    return sent;
  }

 private:
  // That of the top share, in a sample of what is kept.
  float Threshold(Rng& chance) {
    if (kept_.empty()) return 0;
    const std::size_t stage =
        std::min(pushes_ / std::max<std::size_t>(options_.pushes_per_stage, 1), options_.sparsity.size() - 1);
    const auto wanted = static_cast<std::size_t>(options_.sample_share * static_cast<double>(kept_.size()));
    const std::size_t size = std::min(kept_.size(), std::max(wanted, kLeastSample));
    std::vector<float> sample(size);
    for (std::size_t i = 0; i < size; ++i) {
      sample[i] = std::abs(kept_[size == kept_.size() ? i : chance.Below(kept_.size())]);
    }
    const auto place = static_cast<std::size_t>(options_.sparsity[stage] * static_cast<double>(size));
    const auto at = sample.begin() + static_cast<std::ptrdiff_t>(std::min(place, size - 1));
    std::ranges::nth_element(sample, at);
    return *at;
  }

  const DgcOptions options_;
  std::vector<float> velocity_;
  std::vector<float> kept_;
  std::size_t pushes_ = 0;
};

}  // namespace

std::unique_ptr<PushFilter> MakeDeepGradientCompression(DgcOptions options) {
  return std::make_unique<DeepGradientCompression>(std::move(options));
}

}  // namespace propius
