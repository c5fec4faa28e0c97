#include <algorithm>

#include "base/check.h"
#include "sync_sim/aligned.h"
#include "sync_sim/dense.h"
#include "sync_sim/learning_task.h"

namespace propius {
namespace {

constexpr std::size_t kTestChunk = 64;

class Softmax final : public LearningTask {
 public:
  Softmax(std::shared_ptr<const SplitDataset> data) : data_(std::move(data)), inputs_(data_->test.features()) {
    CHECK(data_->classes <= kLanes);
  }

  std::vector<float> Initial() const override { return std::vector<float>((inputs_ + 1) * kLanes); }

  void Step(std::span<float> parameters, std::size_t worker, std::uint32_t batch, double rate, Rng& chance,
            double* loss) override {
    drawn_.Draw(data_->parts.at(worker), batch, chance);
    values_.resize(batch * kLanes);
    SparseForward(drawn_.rows.data(), batch, inputs_, parameters.data(), kLanes, values_.data());
    const auto scale = static_cast<float>(rate / batch);
    if (loss != nullptr) *loss = ScoreLogits(values_.data(), batch, data_->classes, drawn_.labels.data()).loss / batch;
    SoftmaxSlopes(values_.data(), batch, data_->classes, drawn_.labels.data(), scale);
    SparseStep(drawn_.rows.data(), batch, inputs_, values_.data(), kLanes, parameters.data());
  }

  TestScore Test(std::span<const float> parameters) override {
    BatchScore sum;
    values_.resize(kTestChunk * kLanes);
    judged_.assign(parameters.begin(), parameters.end());
    for (std::size_t from = 0; from < data_->test.size(); from += kTestChunk) {
      const std::size_t size = std::min(kTestChunk, data_->test.size() - from);
      tested_.Take(data_->test, from, size);
      SparseForward(tested_.rows.data(), size, inputs_, judged_.data(), kLanes, values_.data());
      const BatchScore score = ScoreLogits(values_.data(), size, data_->classes, tested_.labels.data());
      sum.loss += score.loss;
      sum.right += score.right;
    }
    const double rows = std::max(1.0, static_cast<double>(data_->test.size()));
    return {.loss = sum.loss / rows, .accuracy = static_cast<double>(sum.right) / rows};
  }

 private:
  const std::shared_ptr<const SplitDataset> data_;
  MiniBatch drawn_;
  const std::size_t inputs_;
  MiniBatch tested_;
  AlignedFloats values_;
  AlignedFloats judged_;  // parameters under test
};

}  // namespace

std::unique_ptr<LearningTask> MakeSoftmax(std::shared_ptr<const SplitDataset> data) {
  return std::make_unique<Softmax>(std::move(data));
}

}  // namespace propius
