#include "train/flat_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

#include <ATen/ATen.h>

#include "train/learner_architecture.h"
#include "train/learner_threads.h"

namespace propius {
namespace {

constexpr std::uint32_t kEvaluationBatch = 500;

class TorchFlatModel final : public FlatModel {
 public:
  explicit TorchFlatModel(Architecture architecture) : architecture_(std::move(architecture)) {
    for (const Parameter& parameter : architecture_.parameters) {
      tensors_.push_back(at::zeros(parameter.shape, at::kFloat).requires_grad_(true));
      size_ += static_cast<std::size_t>(tensors_.back().numel());
    }
  }

  std::vector<float> Initial(std::uint64_t seed) const override {
    Rng chance(seed);
    std::vector<float> values;
    values.reserve(size_);
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const std::int64_t fan_in = architecture_.parameters[i].fan_in;
      const double bound = fan_in > 0 ? std::sqrt(6.0 / static_cast<double>(fan_in)) : 0;
      for (std::int64_t left = tensors_[i].numel(); left > 0; --left) {
        values.push_back(fan_in > 0 ? static_cast<float>(chance.Uniform(-bound, bound)) : 0.0F);
      }
    }
    return values;
  }

  double Step(std::span<float> parameters, const Digits& data, std::span<const std::uint32_t> images,
              double learning_rate) override {
    ComputeOnThisThreadOnly();
    try {
      Take(parameters);
      const auto [pixels, labels] = Gather(data, images);
      at::Tensor loss = at::cross_entropy_loss(architecture_.forward(tensors_, pixels), labels);
      loss.backward();
      float* at = parameters.data();
      const auto rate = static_cast<float>(learning_rate);
      for (at::Tensor& tensor : tensors_) {
        const at::Tensor slope = tensor.grad().contiguous();
        const auto* const slopes = slope.data_ptr<float>();
        const std::int64_t count = slope.numel();
        for (std::int64_t i = 0; i < count; ++i) at[i] -= rate * slopes[i];
        at += count;
        tensor.mutable_grad().reset();
      }
      return loss.item<double>();
    } catch (const std::exception&) {
      return std::numeric_limits<double>::quiet_NaN();
    }
  }

  Evaluation Evaluate(std::span<const float> parameters, const Digits& data) override {
    ComputeOnThisThreadOnly();
    const at::NoGradGuard no_gradients;
    Take(parameters);
    std::vector<std::uint32_t> images(data.size());
    std::iota(images.begin(), images.end(), 0U);
    double loss = 0;
    std::int64_t right = 0;
    for (std::size_t from = 0; from < images.size(); from += kEvaluationBatch) {
      const auto [pixels, labels] =
          Gather(data, std::span(images).subspan(from, std::min<std::size_t>(kEvaluationBatch, images.size() - from)));
      const at::Tensor logits = architecture_.forward(tensors_, pixels);
      loss += at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
      right += logits.argmax(1).eq(labels).sum().item<std::int64_t>();
    }
    const double count = std::max(1.0, static_cast<double>(data.size()));
    return {.accuracy = static_cast<double>(right) / count, .loss = loss / count};
  }

 private:
  void Take(std::span<const float> parameters) {
    const float* from = parameters.data();
    for (at::Tensor& tensor : tensors_) {
      const auto count = static_cast<std::size_t>(tensor.numel());
      std::memcpy(tensor.data_ptr(), from, count * sizeof(float));
      from += count;
    }
  }

  std::pair<at::Tensor, at::Tensor> Gather(const Digits& data, std::span<const std::uint32_t> images) const {
    const auto rows = static_cast<std::int64_t>(images.size());
    at::Tensor pixels = at::empty({rows, std::int64_t{kDigitPixels}}, at::kFloat);
    at::Tensor labels = at::empty({rows}, at::kLong);
    for (std::size_t i = 0; i < images.size(); ++i) {
      std::memcpy(pixels.data_ptr<float>() + i * kDigitPixels, data.pixels.data() + images[i] * kDigitPixels,
                  kDigitPixels * sizeof(float));
      labels.data_ptr<std::int64_t>()[i] = data.labels[images[i]] % architecture_.classes;
    }
    return {pixels, labels};
  }

  const Architecture architecture_;
  std::vector<at::Tensor> tensors_;
  std::size_t size_ = 0;
};

}  // namespace

Result<std::unique_ptr<FlatModel>> MakeFlatModel(const std::string& model) {
  Result<Architecture> architecture = FindArchitecture(model);
  if (!architecture) return tl::unexpected(architecture.error());
  return std::make_unique<TorchFlatModel>(*std::move(architecture));
}

}  // namespace propius
