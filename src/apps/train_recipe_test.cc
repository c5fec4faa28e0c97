#include "apps/train_recipe.h"

#include <gtest/gtest.h>

#include "domain/safetensors.h"

namespace propius {
namespace {

TEST(TrainRecipe, ReadsWhatItWroteWithTheRoundsOwnLearningRate) {
  const TrainPlan train{
      .model = "mlp", .local_epochs = 2, .batch = 16, .learning_rate = 0.1, .momentum = 0.9, .decay = 0.5};
  const auto recipe = ReadRecipe(WriteSafetensors({}, WriteRecipe(train, 3)));
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->model, "mlp");
  EXPECT_EQ(recipe->local_epochs, 2);
  EXPECT_EQ(recipe->batch, 16);
  EXPECT_DOUBLE_EQ(recipe->learning_rate, 0.025);
  EXPECT_EQ(recipe->momentum, 0.9);
}

TEST(TrainRecipe, RefusesAPlanOfAnotherKindOrWithNonsense) {
  EXPECT_FALSE(ReadRecipe("not a file"));
  EXPECT_FALSE(ReadRecipe(WriteSafetensors({}, {})));
  auto metadata = WriteRecipe({.model = "mlp"}, 1);
  metadata["batch"] = "0";
  const auto recipe = ReadRecipe(WriteSafetensors({}, metadata));
  ASSERT_FALSE(recipe);
  EXPECT_EQ(recipe.error().message, "plan: metadata batch: expected a number from 1 to 65536, got \"0\"");
}

}  // namespace
}  // namespace propius
