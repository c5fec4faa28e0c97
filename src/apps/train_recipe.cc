#include "apps/train_recipe.h"

#include <charconv>
#include <cmath>

#include "domain/safetensors.h"

namespace propius {
namespace {

std::string Written(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

template <typename Number>
Status Read(const std::map<std::string, std::string>& metadata, const std::string& key, double low, double high,
            Number& number) {
  const auto found = metadata.find(key);
  const std::string text = found == metadata.end() ? "" : found->second;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    return Fail(Code::kInvalidArgument, "plan: metadata " + key + ": expected a number from " + Written(low) + " to " +
                                            Written(high) + ", got \"" + text + "\"");
  }
  number = static_cast<Number>(value);
  return {};
}

}  // namespace

std::map<std::string, std::string> WriteRecipe(const TrainPlan& train, std::uint32_t round) {
  return {{"model", train.model},
          {"local_epochs", std::to_string(train.local_epochs)},
          {"batch", std::to_string(train.batch)},
          {"learning_rate", Written(train.learning_rate * std::pow(train.decay, round - 1))},
          {"momentum", Written(train.momentum)},
          {"round", std::to_string(round)}};
}

Result<TrainPlan> ReadRecipe(const std::string& plan) {
  const Result<SafetensorsView> view = ParseSafetensors(plan);
  if (!view) return tl::unexpected(view.error());
  const auto model = view->metadata.find("model");
  if (model == view->metadata.end()) return Fail(Code::kInvalidArgument, "plan: expected metadata model, got none");
  TrainPlan train;
  train.model = model->second;
  for (const Status& status : {Read(view->metadata, "local_epochs", 1, 1000, train.local_epochs),
                               Read(view->metadata, "batch", 1, 65536, train.batch),
                               Read(view->metadata, "learning_rate", 0, 100, train.learning_rate),
                               Read(view->metadata, "momentum", 0, 1, train.momentum)}) {
    if (!status) return tl::unexpected(status.error());
  }
  return train;
}

}  // namespace propius
