// Local training with LibTorch: the models of the demo, their export and import as safetensors.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "train/digits.h"

namespace propius {

struct LocalTraining {
  int epochs = 1;
  int batch = 32;
  double learning_rate = 0.05;
  double momentum = 0.0;
};

struct Evaluation {
  double accuracy = 0;
  double loss = 0;
};

// One model. Not thread-safe, but different learners may run on different threads; each uses one thread.
class Learner {
 public:
  virtual ~Learner() = default;

  // The parameters as a safetensors file with `metadata`.
  virtual std::string Export(const std::map<std::string, std::string>& metadata) const = 0;
  // Sets the parameters; fails if the file has other names, shapes or dtypes than Export gives.
  virtual Status Import(const std::string& safetensors) = 0;
  // SGD over the data; `keep_going` is asked before every batch. Fails if the loss is not finite.
  virtual Status Train(const Digits& data, const LocalTraining& how, std::uint64_t seed,
                       const std::function<bool()>& keep_going) = 0;
  virtual Evaluation Evaluate(const Digits& data) const = 0;
};

// "cnn", "mlp" (ten digits), "parity" (even or odd). Seeded initialisation.
Result<std::unique_ptr<Learner>> MakeLearner(const std::string& model, std::uint64_t seed);

}  // namespace propius
