#include "train/learner.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "domain/safetensors.h"
#include "train/learner_architecture.h"
#include "train/learner_threads.h"

namespace propius {
namespace {

constexpr std::size_t kEvaluationBatch = 500;

Status CheckSettings(const Digits& data, const LocalTraining& how) {
  const auto fail = [](const std::string& what, const std::string& expected, const std::string& got) {
    return Fail(Code::kInvalidArgument, "training " + what + ": expected " + expected + ", got " + got);
  };
  if (data.size() == 0) return fail("data", "at least one image", "none");
  if (how.epochs < 1) return fail("epochs", "a number >= 1", std::to_string(how.epochs));
  if (how.batch < 1) return fail("batch", "a number >= 1", std::to_string(how.batch));
  if (!std::isfinite(how.learning_rate) || how.learning_rate < 0) {
    return fail("learning_rate", "a finite number >= 0", std::to_string(how.learning_rate));
  }
  if (!(how.momentum >= 0 && how.momentum < 1)) {
    return fail("momentum", "a number >= 0 and < 1", std::to_string(how.momentum));
  }
  return {};
}

struct Batch {
  at::Tensor images;
  at::Tensor labels;
};

Batch Gather(const Digits& data, const std::vector<std::size_t>& order, std::size_t from, std::size_t size,
             int classes) {
  const auto rows = static_cast<std::int64_t>(size);
  Batch batch{at::empty({rows, std::int64_t{kDigitPixels}}, at::kFloat), at::empty({rows}, at::kLong)};
  auto* const images = batch.images.data_ptr<float>();
  auto* const labels = batch.labels.data_ptr<std::int64_t>();
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t image = order[from + i];
    std::memcpy(images + i * kDigitPixels, data.pixels.data() + image * kDigitPixels, kDigitPixels * sizeof(float));
    labels[i] = data.labels[image] % classes;  // of two classes, the remainder is the parity
  }
  return batch;
}

std::vector<std::size_t> Indices(std::size_t count) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

class TorchLearner final : public Learner {
 public:
  TorchLearner(std::string model, Architecture architecture, std::uint64_t seed)
      : model_(std::move(model)), architecture_(std::move(architecture)) {
    Rng chance(seed);
    for (const Parameter& parameter : architecture_.parameters) {
      at::Tensor tensor = at::zeros(parameter.shape, at::kFloat);
      if (parameter.fan_in > 0) {
        // Kaiming-uniform for rectified layers (He et al., 2015, section 2.2), from our own chance: torch's is global.
        const double bound = std::sqrt(6.0 / static_cast<double>(parameter.fan_in));
        std::generate_n(tensor.data_ptr<float>(), tensor.numel(),
                        [&] { return static_cast<float>(chance.Uniform(-bound, bound)); });
      }
      parameters_.push_back(tensor.requires_grad_(true));
    }
  }

  std::string Export(const std::map<std::string, std::string>& metadata) const override {
    const Manifest manifest = MakeManifest();
    std::vector<TensorView> views;
    for (std::size_t i = 0; i < manifest.size(); ++i) {
      views.push_back({manifest[i], {static_cast<const char*>(parameters_[i].data_ptr()), manifest[i].Bytes()}});
    }
    return WriteSafetensors(views, metadata);
  }

  Result<std::string> ExportDifference(const std::string& since) const override {
    const Result<SafetensorsView> file = ParseOwn(since);
    if (!file) return tl::unexpected(file.error());
    const Manifest manifest = MakeManifest();
    std::vector<std::vector<float>> differences;
    std::vector<TensorView> views;
    for (std::size_t i = 0; i < manifest.size(); ++i) {
      std::vector<float>& difference = differences.emplace_back(manifest[i].Elements());
      std::memcpy(difference.data(), file->Find(manifest[i].name)->data.data(), manifest[i].Bytes());
      const auto* const now = parameters_[i].data_ptr<float>();
      for (std::size_t k = 0; k < difference.size(); ++k) difference[k] = now[k] - difference[k];
      views.push_back({manifest[i], {reinterpret_cast<const char*>(difference.data()), manifest[i].Bytes()}});
    }
    return WriteSafetensors(views, {});
  }

  Status Import(const std::string& safetensors) override {
    const Result<SafetensorsView> file = ParseOwn(safetensors);
    if (!file) return tl::unexpected(file.error());
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const TensorView& tensor = *file->Find(architecture_.parameters[i].name);  // the manifest says it is there
      std::memcpy(parameters_[i].data_ptr(), tensor.data.data(), tensor.data.size());
    }
    return {};
  }

  Status Train(const Digits& data, const LocalTraining& how, std::uint64_t seed,
               const std::function<bool()>& keep_going) override {
    if (Status possible = CheckSettings(data, how); !possible) return possible;
    ComputeOnThisThreadOnly();
    try {
      return RunEpochs(data, how, seed, keep_going);
    } catch (const std::exception& error) {
      return Fail(Code::kInternal, "training " + model_ + ": torch says " + error.what());
    }
  }

  Result<BatchesTaken> TrainBatches(const Digits& data, const LocalTraining& how, Rng& chance,
                                    const std::function<bool(std::uint32_t taken)>& more) override {
    if (Status possible = CheckSettings(data, how); !possible) return tl::unexpected(possible.error());
    ComputeOnThisThreadOnly();
    try {
      return RunBatches(data, how, chance, more);
    } catch (const std::exception& error) {
      return Fail(Code::kInternal, "training " + model_ + ": torch says " + error.what());
    }
  }

  Evaluation Evaluate(const Digits& data) const override {
    ComputeOnThisThreadOnly();
    const at::NoGradGuard no_gradients;
    const std::vector<std::size_t> order = Indices(data.size());
    double loss = 0;
    std::int64_t right = 0;
    for (std::size_t from = 0; from < data.size(); from += kEvaluationBatch) {
      const Batch batch =
          Gather(data, order, from, std::min(kEvaluationBatch, data.size() - from), architecture_.classes);
      const at::Tensor logits = architecture_.forward(parameters_, batch.images);
      loss += at::cross_entropy_loss(logits, batch.labels, {}, at::Reduction::Sum).item<double>();
      right += logits.argmax(1).eq(batch.labels).sum().item<std::int64_t>();
    }
    const double images = std::max(1.0, static_cast<double>(data.size()));
    return {.accuracy = static_cast<double>(right) / images, .loss = loss / images};
  }

 private:
  Status RunEpochs(const Digits& data, const LocalTraining& how, std::uint64_t seed,
                   const std::function<bool()>& keep_going) {
    Rng chance(seed);
    std::vector<std::size_t> order = Indices(data.size());
    std::vector<at::Tensor> velocities = Velocities(how);
    std::size_t steps = 0;
    for (int epoch = 0; epoch < how.epochs; ++epoch) {
      chance.Shuffle(order);
      const auto batch_size = static_cast<std::size_t>(how.batch);
      for (std::size_t from = 0; from < order.size(); from += batch_size, ++steps) {
        if (keep_going && !keep_going()) {
          return Fail(Code::kAborted, "training " + model_ + ": stopped after " + std::to_string(steps) + " batches");
        }
        const std::size_t size = std::min(batch_size, order.size() - from);
        const Result<double> loss =
            Step(Gather(data, order, from, size, architecture_.classes), how, velocities, steps);
        if (!loss) return tl::unexpected(loss.error());
      }
    }
    return {};
  }

  Result<BatchesTaken> RunBatches(const Digits& data, const LocalTraining& how, Rng& chance,
                                  const std::function<bool(std::uint32_t taken)>& more) {
    std::vector<at::Tensor> velocities = Velocities(how);
    std::vector<std::size_t> drawn(static_cast<std::size_t>(how.batch));
    BatchesTaken taken;
    for (; more(taken.count); ++taken.count) {
      for (std::size_t& image : drawn) image = chance.Below(data.size());
      const Result<double> loss =
          Step(Gather(data, drawn, 0, drawn.size(), architecture_.classes), how, velocities, taken.count);
      if (!loss) return tl::unexpected(loss.error());
      taken.loss = *loss;
    }
    return taken;
  }

  std::vector<at::Tensor> Velocities(const LocalTraining& how) const {
    std::vector<at::Tensor> velocities;
    if (how.momentum > 0) {
      for (const at::Tensor& parameter : parameters_) velocities.push_back(at::zeros_like(parameter).detach());
    }
    return velocities;
  }

  // The loss before the step, which is not taken if that is not finite.
  Result<double> Step(const Batch& batch, const LocalTraining& how, std::vector<at::Tensor>& velocities,
                      std::size_t number) {
    at::Tensor loss = at::cross_entropy_loss(architecture_.forward(parameters_, batch.images), batch.labels);
    const double value = loss.item<double>();
    if (!std::isfinite(value)) {
      return Fail(Code::kOutOfRange, "training " + model_ + ": expected a finite loss, got " + std::to_string(value) +
                                         " at batch " + std::to_string(number) + "; is learning_rate too high?");
    }
    loss.backward();
    const at::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      at::Tensor change = parameters_[i].grad();
      if (how.momentum > 0) change = velocities[i].mul_(how.momentum).add_(change);
      parameters_[i].sub_(change, how.learning_rate);
      parameters_[i].mutable_grad().reset();
    }
    return value;
  }

  // A file of other parameters of this model.
  Result<SafetensorsView> ParseOwn(const std::string& safetensors) const {
    Result<SafetensorsView> file = ParseSafetensors(safetensors);
    if (!file) return file;
    Manifest expected = MakeManifest();
    std::ranges::sort(expected, {}, &TensorSpec::name);
    if (const Status same = CheckManifest(expected, *file); !same) return tl::unexpected(same.error());
    return file;
  }

  // In the order of the parameters, not of the names.
  Manifest MakeManifest() const {
    Manifest manifest;
    for (const Parameter& parameter : architecture_.parameters) {
      manifest.push_back({parameter.name, Dtype::kF32, Shape(parameter.shape.begin(), parameter.shape.end())});
    }
    return manifest;
  }

  const std::string model_;
  const Architecture architecture_;
  std::vector<at::Tensor> parameters_;
};

}  // namespace

Result<std::unique_ptr<Learner>> MakeLearner(const std::string& model, std::uint64_t seed) {
  Result<Architecture> architecture = FindArchitecture(model);
  if (!architecture) return tl::unexpected(architecture.error());
  return std::make_unique<TorchLearner>(model, *std::move(architecture), seed);
}

}  // namespace propius
