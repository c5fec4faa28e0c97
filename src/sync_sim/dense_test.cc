#include "sync_sim/dense.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "sync_sim/aligned.h"
#include "sync_sim/examples.h"

namespace propius {
namespace {

constexpr std::size_t kInputs = 21;
constexpr std::size_t kOutputs = 32;

struct Layer {
  Examples examples{kInputs};
  std::vector<std::vector<float>> dense;
  std::vector<const float*> dense_rows;
  std::vector<SparseRow> sparse_rows;
  AlignedFloats weights;
  AlignedFloats slopes;

  explicit Layer(std::size_t count) : weights((kInputs + 1) * kOutputs), slopes(count * kOutputs) {
    Rng chance(count + 1);
    const auto draw = [&] { return static_cast<float>(chance.Normal()); };
    for (std::size_t b = 0; b < count; ++b) {
      std::vector<float>& row = dense.emplace_back(kInputs);
      for (float& value : row) value = chance.Chance(0.6) ? 0.0F : draw();
      examples.Add(row, 0);
    }
    for (std::size_t b = 0; b < count; ++b) {
      dense_rows.push_back(dense[b].data());
      sparse_rows.push_back(examples.Row(b));
    }
    std::ranges::generate(weights, draw);
    std::ranges::generate(slopes, draw);
  }
};

TEST(Dense, GivesWhatPlainLoopsGiveForAnyNumberOfRows) {
  for (const std::size_t count : {0U, 1U, 3U, 4U, 6U, 9U}) {
    Layer layer(count);
    AlignedFloats out(count * kOutputs);
    AlignedFloats sparse_out(count * kOutputs);
    DenseForward(layer.dense_rows.data(), count, kInputs, layer.weights.data(), kOutputs, out.data());
    SparseForward(layer.sparse_rows.data(), count, kInputs, layer.weights.data(), kOutputs, sparse_out.data());
    AlignedFloats stepped = layer.weights;
    AlignedFloats sparse_stepped = layer.weights;
    DenseStep(layer.dense_rows.data(), count, kInputs, layer.slopes.data(), kOutputs, stepped.data());
    SparseStep(layer.sparse_rows.data(), count, kInputs, layer.slopes.data(), kOutputs, sparse_stepped.data());
    for (std::size_t n = 0; n < kOutputs; ++n) {
      for (std::size_t b = 0; b < count; ++b) {
        double sum = layer.weights[kInputs * kOutputs + n];
        for (std::size_t k = 0; k < kInputs; ++k) sum += layer.dense[b][k] * layer.weights[k * kOutputs + n];
        EXPECT_NEAR(out[b * kOutputs + n], sum, 1e-4);
        EXPECT_NEAR(sparse_out[b * kOutputs + n], sum, 1e-4);
      }
      for (std::size_t k = 0; k <= kInputs; ++k) {
        double weight = layer.weights[k * kOutputs + n];
        for (std::size_t b = 0; b < count; ++b) {
          weight -= (k == kInputs ? 1.0 : layer.dense[b][k]) * layer.slopes[b * kOutputs + n];
        }
        EXPECT_NEAR(stepped[k * kOutputs + n], weight, 1e-4);
        EXPECT_NEAR(sparse_stepped[k * kOutputs + n], weight, 1e-4);
      }
    }
  }
}

TEST(Dense, SoftmaxesWithinAPartInAMillion) {
  Rng chance(2);
  constexpr std::size_t kRows = 150;
  constexpr std::size_t kClasses = 10;
  AlignedFloats logits(kRows * kLanes, 99);
  std::vector<std::uint8_t> labels;
  for (std::size_t b = 0; b < kRows; ++b) {
    labels.push_back(static_cast<std::uint8_t>(chance.Below(kClasses)));
    for (std::size_t c = 0; c < kClasses; ++c) {
      logits[b * kLanes + c] = static_cast<float>(chance.Normal() * (b % 3 == 0 ? 100 : 3));
    }
  }
  double loss = 0;
  std::size_t right = 0;
  std::vector<double> expected(kRows * kLanes);
  for (std::size_t b = 0; b < kRows; ++b) {
    const float* row = logits.data() + b * kLanes;
    const double top = *std::max_element(row, row + kClasses);
    double sum = 0;
    for (std::size_t c = 0; c < kClasses; ++c) sum += std::exp(row[c] - top);
    loss += std::log(sum) + top - row[labels[b]];
    if (row[labels[b]] == top) ++right;
    for (std::size_t c = 0; c < kClasses; ++c) {
      expected[b * kLanes + c] = 2 * (std::exp(row[c] - top) / sum - (c == labels[b] ? 1 : 0));
    }
  }
  const BatchScore score = ScoreLogits(logits.data(), kRows, kClasses, labels.data());
  EXPECT_NEAR(score.loss / loss, 1, 1e-6);
  EXPECT_EQ(score.right, right);
  SoftmaxSlopes(logits.data(), kRows, kClasses, labels.data(), 2);
  for (std::size_t i = 0; i < logits.size(); ++i) EXPECT_NEAR(logits[i], expected[i], 2e-6);
}

TEST(Dense, CallsAModelThatKnowsNothingRightByChanceOnly) {
  const AlignedFloats logits(20 * kLanes);
  std::vector<std::uint8_t> labels;
  for (std::uint8_t i = 0; i < 20; ++i) labels.push_back(i % 10);
  const BatchScore score = ScoreLogits(logits.data(), 20, 10, labels.data());
  EXPECT_EQ(score.right, 2U);
  EXPECT_NEAR(score.loss, 20 * std::log(10), 1e-4);
}

}  // namespace
}  // namespace propius
