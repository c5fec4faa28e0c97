// Local training with LibTorch: the models of the demo, their export and import as safetensors.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/rng.h"
#include "train/digits.h"

namespace propius {

struct LocalTraining {
  int epochs = 1;
  int batch = 32;
  double learning_rate = 0.05;
  double momentum = 0.0;
};

struct BatchesTaken {
  std::uint32_t count = 0;
  double loss = 0;  // of the last one, before its step
};

struct Evaluation {
  double accuracy = 0;  // share of the images, 0 to 1
  double loss = 0;      // mean cross entropy, in nats
};

// One model. Not thread-safe, but different learners may run on different threads; each uses one thread.
class Learner {
 public:
  virtual ~Learner() = default;

  // The parameters as a safetensors file with `metadata`: F32 tensors named as PyTorch would ("conv1.weight").
  virtual std::string Export(const std::map<std::string, std::string>& metadata) const = 0;
  // The parameters less those of a file that Export gave, as such a file. Fails as Import.
  virtual Result<std::string> ExportDifference(const std::string& since) const = 0;
  // Sets the parameters; fails if the file has other names, shapes or dtypes than Export gives.
  virtual Status Import(const std::string& safetensors) = 0;
  // SGD with cross entropy over the data, shuffled anew for each epoch by `seed`. `keep_going` is asked before every
  // batch: kAborted once it says no (an empty one never does). Fails if the loss is not finite, there is no data or a
  // setting is out of range. After a failure the parameters are those after the last step taken.
  virtual Status Train(const Digits& data, const LocalTraining& how, std::uint64_t seed,
                       const std::function<bool()>& keep_going) = 0;
  // SGD on mini-batches drawn with replacement, as long as `more` says so; it is asked before each, with how many were
  // taken. Fails as Train, but for kAborted.
  virtual Result<BatchesTaken> TrainBatches(const Digits& data, const LocalTraining& how, Rng& chance,
                                            const std::function<bool(std::uint32_t taken)>& more) = 0;
  // Zeros for no data.
  virtual Evaluation Evaluate(const Digits& data) const = 0;
};

// "cnn" (37,610 parameters), "mlp" (50,890; ten digits), "parity" (25,186; even or odd). Equal seeds give equal
// parameters. Fails with kNotFound on another name.
Result<std::unique_ptr<Learner>> MakeLearner(const std::string& model, std::uint64_t seed);

}  // namespace propius
