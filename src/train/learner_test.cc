#include "train/learner.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "domain/safetensors.h"

namespace propius {
namespace {

const std::array<std::string, 3> kModels{"cnn", "mlp", "parity"};

// Noise with a bright square whose place says which digit it is: easy for every model.
Digits Squares(std::size_t images, std::uint64_t seed) {
  Rng chance(seed);
  Digits digits;
  for (std::size_t i = 0; i < images; ++i) {
    const auto label = static_cast<std::uint8_t>(chance.Below(10));
    std::vector<float> image(kDigitPixels);
    for (float& pixel : image) pixel = static_cast<float>(chance.Uniform(-0.4, 0.2));
    const std::size_t top = label < 5 ? 4 : 16;
    const std::size_t left = std::size_t{label} % 5 * 5 + 2;
    for (std::size_t row = top; row < top + 6; ++row) {
      for (std::size_t column = left; column < left + 4; ++column) image[row * 28 + column] = 2.5F;
    }
    digits.pixels.insert(digits.pixels.end(), image.begin(), image.end());
    digits.labels.push_back(label);
  }
  return digits;
}

std::unique_ptr<Learner> Make(const std::string& model, std::uint64_t seed = 1) {
  Result<std::unique_ptr<Learner>> learner = MakeLearner(model, seed);
  EXPECT_TRUE(learner) << model;
  return *std::move(learner);
}

std::uint64_t Parameters(const std::string& file) {
  std::uint64_t count = 0;
  const Result<SafetensorsView> view = ParseSafetensors(file);
  for (const TensorView& tensor : view->tensors) count += tensor.spec.Elements();
  return count;
}

TEST(Learner, RefusesAnUnknownModel) {
  const Result<std::unique_ptr<Learner>> learner = MakeLearner("transformer", 1);
  ASSERT_FALSE(learner);
  EXPECT_EQ(learner.error().code, Code::kNotFound);
  EXPECT_EQ(learner.error().message, R"(model: expected "cnn", "mlp" or "parity", got "transformer")");
}

TEST(Learner, ExportsParametersUnderTheNamesOfPyTorch) {
  const std::string file = Make("cnn")->Export({{"weight", "12"}});
  const Result<SafetensorsView> view = ParseSafetensors(file);
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(view->metadata.at("weight"), "12");
  std::vector<std::string> names;
  for (const TensorView& tensor : view->tensors) names.push_back(tensor.spec.name + " " + Show(tensor.spec));
  EXPECT_EQ(names,
            (std::vector<std::string>{"conv1.bias F32[8]", "conv1.weight F32[8, 1, 5, 5]", "conv2.bias F32[16]",
                                      "conv2.weight F32[16, 8, 5, 5]", "fc1.bias F32[128]", "fc1.weight F32[128, 256]",
                                      "fc2.bias F32[10]", "fc2.weight F32[10, 128]"}));
}

TEST(Learner, HasTheSizesThatItsHeaderStates) {
  EXPECT_EQ(Parameters(Make("cnn")->Export({})), 37610U);
  EXPECT_EQ(Parameters(Make("mlp")->Export({})), 50890U);
  EXPECT_EQ(Parameters(Make("parity")->Export({})), 25186U);
}

TEST(Learner, StartsEquallyFromEqualSeeds) {
  for (const std::string& model : kModels) {
    EXPECT_EQ(Make(model, 5)->Export({}), Make(model, 5)->Export({})) << model;
    EXPECT_NE(Make(model, 5)->Export({}), Make(model, 6)->Export({})) << model;
  }
}

TEST(Learner, StartsWithFiniteParametersThatAreNotAllZero) {
  const std::string file = Make("mlp")->Export({});
  const Result<SafetensorsView> view = ParseSafetensors(file);
  ASSERT_TRUE(CheckFinite(*view));
  const std::string_view bytes = view->Find("fc1.weight")->data;
  const double bound = std::sqrt(6.0 / 784.0);
  double largest = 0;
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i, sizeof(float));
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  }
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, 0.99 * bound);
}

TEST(Learner, ImportsWhatAnotherExported) {
  const Digits data = Squares(100, 3);
  for (const std::string& model : kModels) {
    const auto from = Make(model, 1);
    const auto to = Make(model, 2);
    ASSERT_TRUE(to->Import(from->Export({{"round", "3"}}))) << model;
    EXPECT_EQ(to->Export({}), from->Export({})) << model;
    EXPECT_EQ(to->Evaluate(data).loss, from->Evaluate(data).loss) << model;
  }
}

TEST(Learner, RefusesAnotherModelsParameters) {
  const auto learner = Make("mlp");
  const std::string before = learner->Export({});
  const Status status = learner->Import(Make("parity")->Export({}));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_FALSE(learner->Import(Make("cnn")->Export({})));
  EXPECT_FALSE(learner->Import("no safetensors"));
  EXPECT_FALSE(learner->Import(""));
  EXPECT_FALSE(learner->Import(before.substr(0, before.size() - 1)));
  EXPECT_EQ(learner->Export({}), before);
}

TEST(Learner, RefusesParametersOfAnotherDtype) {
  const std::string file = Make("parity")->Export({});
  const SafetensorsView view = *ParseSafetensors(file);
  std::vector<TensorView> tensors = view.tensors;
  const std::string zeros(16, '\0');
  for (TensorView& tensor : tensors) {
    if (tensor.spec.name == "fc2.bias") tensor = {{"fc2.bias", Dtype::kF64, {2}}, zeros};
  }
  EXPECT_FALSE(Make("parity")->Import(WriteSafetensors(tensors, {})));
}

TEST(Learner, LearnsFromItsData) {
  const Digits data = Squares(600, 3);
  const Digits fresh = Squares(300, 4);
  for (const std::string& model : kModels) {
    const auto learner = Make(model);
    const Evaluation before = learner->Evaluate(fresh);
    ASSERT_TRUE(learner->Train(data, {.epochs = 3, .batch = 20, .learning_rate = 0.03}, 9, nullptr)) << model;
    const Evaluation after = learner->Evaluate(fresh);
    EXPECT_LT(after.loss, before.loss) << model;
    EXPECT_GT(after.accuracy, 0.9) << model;
  }
}

TEST(Learner, TrainsEquallyFromEqualSeeds) {
  const Digits data = Squares(130, 3);
  for (const std::string& model : kModels) {
    const auto run = [&](std::uint64_t seed, double momentum) {
      const auto learner = Make(model);
      EXPECT_TRUE(
          learner->Train(data, {.epochs = 2, .batch = 32, .learning_rate = 0.01, .momentum = momentum}, seed, nullptr));
      return learner->Export({});
    };
    EXPECT_EQ(run(4, 0), run(4, 0)) << model;
    EXPECT_NE(run(4, 0), run(5, 0)) << model;
    EXPECT_NE(run(4, 0), run(4, 0.9)) << model;
  }
}

TEST(Learner, AsksBeforeEveryBatchAndStops) {
  const Digits data = Squares(100, 3);
  const auto learner = Make("parity");
  int asked = 0;
  ASSERT_TRUE(learner->Train(data, {.epochs = 2, .batch = 32}, 1, [&] { return ++asked > 0; }));
  EXPECT_EQ(asked, 8);

  const std::string before = learner->Export({});
  const Status never = learner->Train(data, {}, 1, [] { return false; });
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, Code::kAborted);
  EXPECT_EQ(never.error().message, "training parity: stopped after 0 batches");
  EXPECT_EQ(learner->Export({}), before);

  asked = 0;
  EXPECT_FALSE(learner->Train(data, {.batch = 10}, 1, [&] { return ++asked < 4; }));
  EXPECT_EQ(asked, 4);
  EXPECT_NE(learner->Export({}), before);
}

TEST(Learner, TakesAsManyBatchesAsItIsTold) {
  const Digits data = Squares(200, 3);
  const auto learner = Make("mlp");
  const LocalTraining how{.batch = 16, .learning_rate = 0.05};
  Rng chance(5);
  double loss = learner->Evaluate(data).loss;
  const auto taken = learner->TrainBatches(data, how, chance, [](std::uint32_t count) { return count < 60; });
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->count, 60U);
  EXPECT_LT(taken->loss, loss / 2);
  EXPECT_LT(learner->Evaluate(data).loss, loss / 2);
  loss = learner->Evaluate(data).loss;
  EXPECT_EQ(learner->TrainBatches(data, how, chance, [](std::uint32_t) { return false; })->count, 0U);
  EXPECT_EQ(learner->Evaluate(data).loss, loss);
  EXPECT_FALSE(learner->TrainBatches({}, how, chance, [](std::uint32_t) { return true; }));
}

TEST(Learner, ExportsTheDifferenceToEarlierParameters) {
  const auto learner = Make("cnn", 1);
  const std::string before = learner->Export({});
  const auto other = Make("cnn", 2);
  const auto difference = other->ExportDifference(before);
  ASSERT_TRUE(difference) << difference.error().message;
  const std::string after = other->Export({});
  const auto from = ParseSafetensors(before);
  const auto to = ParseSafetensors(after);
  const auto between = ParseSafetensors(*difference);
  ASSERT_TRUE(between);
  for (const TensorView& tensor : between->tensors) {
    float values[3];
    std::memcpy(&values[0], tensor.data.data(), sizeof(float));
    std::memcpy(&values[1], from->Find(tensor.spec.name)->data.data(), sizeof(float));
    std::memcpy(&values[2], to->Find(tensor.spec.name)->data.data(), sizeof(float));
    EXPECT_EQ(values[0], values[2] - values[1]) << tensor.spec.name;
  }
  EXPECT_FALSE(other->ExportDifference(Make("mlp")->Export({})));
}

TEST(Learner, ChangesNothingAtLearningRateZero) {
  const auto learner = Make("mlp");
  const std::string before = learner->Export({});
  ASSERT_TRUE(learner->Train(Squares(40, 1), {.learning_rate = 0}, 1, nullptr));
  EXPECT_EQ(learner->Export({}), before);
}

TEST(Learner, StopsWhenTheLossIsNotFinite) {
  const auto learner = Make("mlp");
  const Status status = learner->Train(Squares(200, 1), {.epochs = 50, .learning_rate = 1e30}, 1, nullptr);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kOutOfRange);
  EXPECT_NE(status.error().message.find("expected a finite loss"), std::string::npos) << status.error().message;
}

TEST(Learner, RefusesSettingsOutOfRange) {
  const Digits data = Squares(10, 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const LocalTraining& how :
       {LocalTraining{.epochs = 0}, LocalTraining{.epochs = -1}, LocalTraining{.batch = 0},
        LocalTraining{.learning_rate = -0.1}, LocalTraining{.learning_rate = nan}, LocalTraining{.momentum = 1},
        LocalTraining{.momentum = -0.1}, LocalTraining{.momentum = nan}}) {
    const Status status = Make("parity")->Train(data, how, 1, nullptr);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  }
  const Status empty = Make("parity")->Train({}, {}, 1, nullptr);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().message, "training data: expected at least one image, got none");
}

TEST(Learner, EvaluatesNothingAsZero) {
  const Evaluation evaluation = Make("cnn")->Evaluate({});
  EXPECT_EQ(evaluation.accuracy, 0);
  EXPECT_EQ(evaluation.loss, 0);
}

TEST(Learner, EvaluatesTheSameInChunksOfAnySize) {
  const Digits data = Squares(1203, 2);  // more than two chunks and a rest
  const auto learner = Make("mlp");
  double right = 0;
  for (std::size_t i = 0; i < data.size(); ++i) right += learner->Evaluate(data.Take({i})).accuracy;
  EXPECT_NEAR(learner->Evaluate(data).accuracy, right / 1203, 1e-9);
}

TEST(Learner, TrainsAlikeOnManyThreadsAtOnce) {
  const Digits data = Squares(200, 3);
  const LocalTraining how{.epochs = 2, .batch = 16, .learning_rate = 0.02, .momentum = 0.5};
  const auto alone = Make("cnn");
  ASSERT_TRUE(alone->Train(data, how, 2, nullptr));
  std::vector<std::string> files(8);
  std::vector<std::thread> threads;
  for (std::string& file : files) {
    threads.emplace_back([&] {
      const auto learner = Make("cnn");
      if (learner->Train(data, how, 2, nullptr)) file = learner->Export({});
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& file : files) EXPECT_EQ(file, alone->Export({}));
}

}  // namespace
}  // namespace propius
