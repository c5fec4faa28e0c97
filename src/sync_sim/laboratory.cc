#include "sync_sim/laboratory.h"

#include <charconv>

#include "base/quote.h"
#include "sync_sim/edge_fleet.h"

namespace propius {
namespace {

constexpr std::size_t kHidden = 32;
constexpr std::uint8_t kFirstSkewedLabel = 7;
constexpr std::size_t kMostSplits = 12;  // kept at a time
constexpr std::string_view kDirichlet = "dirichlet:";

Result<Shards> Deal(const Dataset& data, const RunSettings& settings) {
  Rng chance(settings.seed);
  const std::vector<std::uint8_t> labels = data.train.Labels();
  if (labels.size() < settings.workers) {
    return Fail(Code::kInvalidArgument, "workers: expected at most one for each of " + std::to_string(labels.size()) +
                                            " rows, got " + std::to_string(settings.workers));
  }
  if (settings.skew == "none") return DealRows(labels.size(), settings.workers, chance);
  if (settings.skew == "speed") {
    const std::size_t slow = SlowWorkers(settings.workers);
    if (slow == 0 || slow == settings.workers) {
      return Fail(Code::kInvalidArgument, "skew: expected fast and slow workers to tell apart");
    }
    return SkewBySpeed(labels, settings.workers, slow, kFirstSkewedLabel, chance);
  }
  if (settings.skew.starts_with(kDirichlet)) {
    const std::string_view number = std::string_view(settings.skew).substr(kDirichlet.size());
    double concentration = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), concentration);
    if (error == std::errc() && end == number.data() + number.size() && concentration >= 0.001 &&
        concentration <= 1e6) {
      return SkewByDirichlet(labels, settings.workers, concentration, chance);
    }
  }
  return Fail(Code::kInvalidArgument,
              "skew: expected none, speed or dirichlet:CONCENTRATION (0.001 to 1000000), got " + Quote(settings.skew));
}

}  // namespace

Dataset MakeClouds() {
  constexpr std::size_t kFeatures = 64;
  constexpr std::size_t kClasses = 10;
  constexpr double kOverlap = 1.5;
  Rng chance(4);
  return {.train = DrawClouds(20'000, kFeatures, kClasses, kOverlap, 3, chance),
          .test = DrawClouds(2'000, kFeatures, kClasses, kOverlap, 3, chance),
          .classes = kClasses};
}

Result<const Dataset*> Laboratory::Data(const std::string& name) {
  const auto found = data_.find(name);
  if (found != data_.end()) return &found->second;
  Result<Dataset> loaded = name == "clouds" ? MakeClouds() : load_(name);
  if (!loaded) return tl::unexpected(loaded.error());
  return &data_.emplace(name, *std::move(loaded)).first->second;
}

Result<Laboratory::HandedOut> Laboratory::Split(const RunSettings& settings) {
  const std::lock_guard lock(mutex_);
  const Key key{settings.dataset, settings.skew, settings.workers, settings.seed};
  if (const auto found = split_.find(key); found != split_.end()) return found->second;
  const Result<const Dataset*> data = Data(settings.dataset);
  if (!data) return tl::unexpected(data.error());
  Result<Shards> shards = Deal(**data, settings);
  if (!shards) return tl::unexpected(shards.error());
  HandedOut made;
  made.data = std::make_shared<const SplitDataset>(HandOut(**data, *shards));
  made.shards = std::make_shared<const Shards>(*std::move(shards));
  if (split_.size() >= kMostSplits) split_.erase(split_.begin());
  split_.emplace(key, made);
  return made;
}

Result<std::unique_ptr<LearningTask>> Laboratory::MakeTask(const RunSettings& settings) {
  const Result<HandedOut> handed = Split(settings);
  if (!handed) return tl::unexpected(handed.error());
  if (settings.model == "softmax") return MakeSoftmax(handed->data);
  if (settings.model == "mlp") return MakePerceptron(handed->data, kHidden, settings.seed);
  if (others_) {
    auto other = others_(settings, *handed->shards);
    if (other || other.error().code != Code::kNotFound) return other;
  }
  return Fail(Code::kInvalidArgument, std::string("model: expected softmax, mlp") + (others_ ? " or cnn" : "") +
                                          ", got " + Quote(settings.model));
}

}  // namespace propius
