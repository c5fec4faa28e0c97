#include "train/flat_model.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "domain/safetensors.h"

namespace propius {
namespace {

Digits Stripes(std::size_t count) {
  Digits digits;
  digits.pixels.resize(count * kDigitPixels);
  for (std::size_t i = 0; i < count; ++i) {
    digits.labels.push_back(static_cast<std::uint8_t>(i % 10));
    for (std::size_t x = 0; x < 78; ++x) digits.pixels[i * kDigitPixels + (i % 10) * 78 + x] = 1;
  }
  return digits;
}

TEST(FlatModel, HasAsManyParametersAsItsLearner) {
  EXPECT_EQ((*MakeFlatModel("cnn"))->Initial(1).size(), 37'610U);
  EXPECT_EQ((*MakeFlatModel("mlp"))->Initial(1).size(), 50'890U);
  EXPECT_EQ(MakeFlatModel("svm").error().code, Code::kNotFound);
}

TEST(FlatModel, BeginsAsALearnerOfTheSameSeed) {
  const auto learner = *MakeLearner("mlp", 5);
  const std::vector<float> flat = (*MakeFlatModel("mlp"))->Initial(5);
  const std::string file = learner->Export({});
  const auto tensors = ParseSafetensors(file);
  ASSERT_TRUE(tensors);
  const TensorView& first = *tensors->Find("fc1.weight");
  EXPECT_EQ(first.data, std::string_view(reinterpret_cast<const char*>(flat.data()), first.data.size()));
}

TEST(FlatModel, LearnsStepByStep) {
  const Digits data = Stripes(100);
  const auto model = *MakeFlatModel("mlp");
  std::vector<float> parameters = model->Initial(1);
  std::vector<std::uint32_t> all(100);
  std::iota(all.begin(), all.end(), 0U);
  const double before = model->Evaluate(parameters, data).loss;
  EXPECT_NEAR(model->Step(parameters, data, all, 0.1), before, 1e-4);
  for (int i = 0; i < 20; ++i) model->Step(parameters, data, all, 0.1);
  const Evaluation after = model->Evaluate(parameters, data);
  EXPECT_LT(after.loss, before / 3);
  EXPECT_DOUBLE_EQ(after.accuracy, 1);
}

TEST(FlatModel, SaysWhenParametersAreBeyondAllMeasure) {
  const Digits data = Stripes(10);
  const auto model = *MakeFlatModel("mlp");
  std::vector<float> parameters(model->Initial(1).size(), 1e30F);
  const std::vector<std::uint32_t> one{0};
  EXPECT_FALSE(std::isfinite(model->Step(parameters, data, one, 0.1)));
}

}  // namespace
}  // namespace propius
