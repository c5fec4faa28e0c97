#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "sync_sim/aligned.h"
#include "sync_sim/dense.h"
#include "sync_sim/learning_task.h"

namespace propius {
namespace {

constexpr std::size_t kTestChunk = 64;

// Parameters: (inputs + 1) x hidden, then (hidden + 1) x kLanes.
class Perceptron final : public LearningTask {
 public:
  Perceptron(std::shared_ptr<const SplitDataset> data, std::size_t hidden, std::uint64_t seed)
      : data_(std::move(data)),
        inputs_(data_->test.features()),
        hidden_(hidden),
        upper_((inputs_ + 1) * hidden),
        seed_(seed) {
    CHECK(data_->classes <= kLanes && hidden > 0 && hidden % kLanes == 0);
  }

  std::vector<float> Initial() const override {
    std::vector<float> parameters(upper_ + (hidden_ + 1) * kLanes);
    Rng chance(seed_);
    // Kaiming-uniform for rectified layers (He et al., 2015, section 2.2).
    const double lower_bound = std::sqrt(6.0 / static_cast<double>(inputs_));
    const double upper_bound = std::sqrt(6.0 / static_cast<double>(hidden_));
    for (std::size_t i = 0; i < inputs_ * hidden_; ++i) parameters[i] = Draw(chance, lower_bound);
    for (std::size_t j = 0; j < hidden_; ++j) {
      for (std::size_t c = 0; c < data_->classes; ++c) parameters[upper_ + j * kLanes + c] = Draw(chance, upper_bound);
    }
    return parameters;
  }

  void Step(std::span<float> parameters, std::size_t worker, std::uint32_t batch, double rate, Rng& chance,
            double* loss) override {
    drawn_.Draw(data_->parts.at(worker), batch, chance);
    Forward(drawn_, parameters);
    if (loss != nullptr) *loss = ScoreLogits(values_.data(), batch, data_->classes, drawn_.labels.data()).loss / batch;
    SoftmaxSlopes(values_.data(), batch, data_->classes, drawn_.labels.data(), static_cast<float>(rate / batch));
    SlopesOfHidden(parameters, batch);
    DenseStep(hidden_rows_.data(), batch, hidden_, values_.data(), kLanes, parameters.data() + upper_);
    SparseStep(drawn_.rows.data(), batch, inputs_, hidden_slopes_.data(), hidden_, parameters.data());
  }

  TestScore Test(std::span<const float> parameters) override {
    BatchScore sum;
    judged_.assign(parameters.begin(), parameters.end());
    for (std::size_t from = 0; from < data_->test.size(); from += kTestChunk) {
      const std::size_t size = std::min(kTestChunk, data_->test.size() - from);
      tested_.Take(data_->test, from, size);
      Forward(tested_, judged_);
      const BatchScore score = ScoreLogits(values_.data(), size, data_->classes, tested_.labels.data());
      sum.loss += score.loss;
      sum.right += score.right;
    }
    const double rows = std::max(1.0, static_cast<double>(data_->test.size()));
    return {.loss = sum.loss / rows, .accuracy = static_cast<double>(sum.right) / rows};
  }

 private:
  static float Draw(Rng& chance, double bound) { return static_cast<float>(chance.Uniform(-bound, bound)); }

  void Forward(const MiniBatch& batch, std::span<const float> parameters) {
    const std::size_t count = batch.rows.size();
    hidden_values_.resize(count * hidden_);
    values_.resize(count * kLanes);
    hidden_rows_.resize(count);
    SparseForward(batch.rows.data(), count, inputs_, parameters.data(), hidden_, hidden_values_.data());
    for (float& value : hidden_values_) value = std::max(value, 0.0F);
    for (std::size_t i = 0; i < count; ++i) hidden_rows_[i] = hidden_values_.data() + i * hidden_;
    DenseForward(hidden_rows_.data(), count, hidden_, parameters.data() + upper_, kLanes, values_.data());
  }

  // Back through the upper layer, as a layer with its weights the other way round and no bias.
  void SlopesOfHidden(std::span<const float> parameters, std::size_t count) {
    turned_.assign((data_->classes + 1) * hidden_, 0.0F);
    for (std::size_t j = 0; j < hidden_; ++j) {
      for (std::size_t c = 0; c < data_->classes; ++c) {
        turned_[c * hidden_ + j] = parameters[upper_ + j * kLanes + c];
      }
    }
    slope_rows_.resize(count);
    for (std::size_t i = 0; i < count; ++i) slope_rows_[i] = values_.data() + i * kLanes;
    hidden_slopes_.resize(count * hidden_);
    DenseForward(slope_rows_.data(), count, data_->classes, turned_.data(), hidden_, hidden_slopes_.data());
    for (std::size_t i = 0; i < count * hidden_; ++i) {
      if (hidden_values_[i] <= 0) hidden_slopes_[i] = 0;
    }
  }

  const std::shared_ptr<const SplitDataset> data_;
  MiniBatch drawn_;
  const std::size_t inputs_;
  const std::size_t hidden_;
  const std::size_t upper_;  // where the upper layer begins
  const std::uint64_t seed_;
  MiniBatch tested_;
  AlignedFloats values_;
  AlignedFloats judged_;  // parameters under test
  AlignedFloats hidden_values_;
  AlignedFloats hidden_slopes_;
  AlignedFloats turned_;
  std::vector<const float*> hidden_rows_;
  std::vector<const float*> slope_rows_;
};

}  // namespace

std::unique_ptr<LearningTask> MakePerceptron(std::shared_ptr<const SplitDataset> data, std::size_t hidden,
                                             std::uint64_t seed) {
  return std::make_unique<Perceptron>(std::move(data), hidden, seed);
}

}  // namespace propius
