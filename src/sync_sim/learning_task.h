// What is learned: a model as one vector of parameters, its data, and who has which part of it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/rng.h"
#include "sync_sim/examples.h"
#include "sync_sim/shards.h"

namespace propius {

struct TestScore {
  double loss = 0;  // mean cross entropy, in nats
  double accuracy = 0;
};

// One per run: it keeps scratch memory. Different ones may share data and run on different threads.
class LearningTask {
 public:
  virtual ~LearningTask() = default;

  // Where training starts.
  virtual std::vector<float> Initial() const = 0;
  // One mini-batch of SGD, in place, with rows drawn from the worker's part. Where `loss` is given, it gets the mean
  // loss of the mini-batch before the step.
  virtual void Step(std::span<float> parameters, std::size_t worker, std::uint32_t batch, double rate, Rng& chance,
                    double* loss) = 0;
  virtual TestScore Test(std::span<const float> parameters) = 0;
};

struct Dataset {
  Examples train;
  Examples test;
  std::size_t classes = 10;
};

// A data set that was handed out: each worker's rows lie together, as they would on a device of its own.
struct SplitDataset {
  std::vector<Examples> parts;  // by worker, none empty
  Examples test;
  std::size_t classes = 10;
};
SplitDataset HandOut(const Dataset& data, const Shards& shards);

// A mini-batch, as pointers into the data.
struct MiniBatch {
  std::vector<SparseRow> rows;
  std::vector<std::uint8_t> labels;

  // Draws with replacement.
  void Draw(const Examples& data, std::size_t size, Rng& chance);
  // Rows [from, from + size) in order.
  void Take(const Examples& data, std::size_t from, std::size_t size);
};

// Softmax regression, from zero: features x 10 weights and a bias.
std::unique_ptr<LearningTask> MakeSoftmax(std::shared_ptr<const SplitDataset> data);
// One hidden layer of rectified units, a multiple of 16 of them; equal seeds start alike.
std::unique_ptr<LearningTask> MakePerceptron(std::shared_ptr<const SplitDataset> data, std::size_t hidden,
                                             std::uint64_t seed);

}  // namespace propius
