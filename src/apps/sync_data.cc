#include "apps/sync_data.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "base/quote.h"
#include "train/flat_model.h"

namespace propius {
namespace {

constexpr std::size_t kSide = 28;
// Every fifth held-out image from the fourth on: of the five ways, the one whose loss is nearest to that of all.
constexpr std::size_t kTestFirst = 3;
constexpr std::size_t kTestStep = 5;

Examples Pool(const Digits& digits) {
  // Back to bytes, so that black is zero again and can be left out.
  std::vector<float> pixels(digits.pixels.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = std::round((digits.pixels[i] * kDigitDeviation + kDigitMean) * 255) / 255;
  }
  const std::vector<float> pooled = PoolImages(pixels, kSide);
  constexpr std::size_t kFeatures = kSide * kSide / 4;
  Examples examples(kFeatures);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    examples.Add(std::span(pooled).subspan(i * kFeatures, kFeatures), digits.labels[i]);
  }
  return examples;
}

// Some tests in the middle of a run are enough to see how it goes, and a CNN is slow.
Digits EveryFifth(const Digits& digits) {
  std::vector<std::size_t> indices;
  for (std::size_t i = kTestFirst; i < digits.size(); i += kTestStep) indices.push_back(i);
  return digits.Take(indices);
}

class Cnn final : public LearningTask {
 public:
  Cnn(std::unique_ptr<FlatModel> model, std::shared_ptr<const Digits> train, std::shared_ptr<const Digits> test,
      Shards shards, std::uint64_t seed)
      : model_(std::move(model)),
        train_(std::move(train)),
        test_(std::move(test)),
        shards_(std::move(shards)),
        seed_(seed) {}

  std::vector<float> Initial() const override { return model_->Initial(seed_); }

  void Step(std::span<float> parameters, std::size_t worker, std::uint32_t batch, double rate, Rng& chance,
            double* loss) override {
    const std::vector<std::uint32_t>& part = shards_.at(worker);
    drawn_.resize(batch);
    for (std::uint32_t& image : drawn_) image = part[chance.Below(part.size())];
    const double before = model_->Step(parameters, *train_, drawn_, rate);
    if (loss != nullptr) *loss = before;
  }

  TestScore Test(std::span<const float> parameters) override {
    const Evaluation evaluation = model_->Evaluate(parameters, *test_);
    return {.loss = evaluation.loss, .accuracy = evaluation.accuracy};
  }

 private:
  const std::unique_ptr<FlatModel> model_;
  const std::shared_ptr<const Digits> train_;
  const std::shared_ptr<const Digits> test_;
  const Shards shards_;
  const std::uint64_t seed_;
  std::vector<std::uint32_t> drawn_;
};

}  // namespace

Result<std::shared_ptr<const SyncData::Images>> SyncData::Load(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = images_.find(name); found != images_.end()) return found->second;
  const auto folder = folders_.find(name);
  if (folder == folders_.end()) {
    std::string known = "clouds";
    for (const auto& [other, path] : folders_) known += ", " + other;
    return Fail(Code::kInvalidArgument, "dataset: expected one of " + known + ", got " + Quote(name));
  }
  Result<Digits> train = LoadDigits(folder->second, true);
  if (!train) return tl::unexpected(train.error());
  Result<Digits> test = LoadDigits(folder->second, false);
  if (!test) return tl::unexpected(test.error());
  auto images = std::make_shared<const Images>(Images{*std::move(train), EveryFifth(*test)});
  images_.emplace(name, images);
  return images;
}

Result<Dataset> SyncData::Pooled(const std::string& name) {
  const auto images = Load(name);
  if (!images) return tl::unexpected(images.error());
  return Dataset{.train = Pool((*images)->train), .test = Pool((*images)->test), .classes = 10};
}

Result<std::unique_ptr<LearningTask>> SyncData::MakeCnn(const RunSettings& settings, const Shards& shards) {
  if (settings.model != "cnn") return Fail(Code::kNotFound, "model: expected cnn, got " + Quote(settings.model));
  const auto images = Load(settings.dataset);
  if (!images) return tl::unexpected(images.error());
  auto model = MakeFlatModel("cnn");
  if (!model) return tl::unexpected(model.error());
  return std::make_unique<Cnn>(*std::move(model), std::shared_ptr<const Digits>(*images, &(*images)->train),
                               std::shared_ptr<const Digits>(*images, &(*images)->test), shards, settings.seed);
}

}  // namespace propius
