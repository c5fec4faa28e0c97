#include <filesystem>

#include <gtest/gtest.h>

#include "train/digits.h"
#include "train/learner.h"

namespace propius {
namespace {

// The real images, where they have been fetched; everything else here is tested without them.
class Mnist : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "no MNIST in " << folder_;
  }

  const std::filesystem::path folder_ = PROPIUS_MNIST;
};

TEST_F(Mnist, HasSixtyThousandImagesToTrainAndTenThousandToTest) {
  const Result<Digits> train = LoadDigits(folder_, true);
  const Result<Digits> test = LoadDigits(folder_, false);
  ASSERT_TRUE(train && test);
  EXPECT_EQ(train->size(), 60000U);
  EXPECT_EQ(test->size(), 10000U);
  double sum = 0;
  for (const float pixel : train->pixels) sum += static_cast<double>(pixel);
  EXPECT_NEAR(sum / static_cast<double>(train->pixels.size()), 0, 0.01);  // standardised
}

TEST_F(Mnist, IsLearntByEveryModel) {
  const Result<Digits> test = LoadDigits(folder_, false);
  ASSERT_TRUE(test);
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < 8000; ++i) first.push_back(i);
  std::vector<std::size_t> rest;
  for (std::size_t i = 8000; i < 10000; ++i) rest.push_back(i);
  const Digits train = test->Take(first);
  const Digits unseen = test->Take(rest);
  for (const char* const model : {"cnn", "mlp", "parity"}) {
    const auto learner = *MakeLearner(model, 1);
    ASSERT_TRUE(learner->Train(train, {.epochs = 2, .batch = 32, .learning_rate = 0.05}, 1, nullptr)) << model;
    EXPECT_GT(learner->Evaluate(unseen).accuracy, 0.92) << model;
  }
}

}  // namespace
}  // namespace propius
