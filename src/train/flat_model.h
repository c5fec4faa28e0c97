// A model of the demo as one vector of parameters, for those who do arithmetic on whole models.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "train/digits.h"
#include "train/learner.h"

namespace propius {

// Not thread-safe, but different ones may work on different threads; each uses one thread.
class FlatModel {
 public:
  virtual ~FlatModel() = default;

  // As a learner of this model and seed begins.
  virtual std::vector<float> Initial(std::uint64_t seed) const = 0;
  // One step of SGD with cross entropy on these images, in place; the mean loss before it, which is not finite if the
  // parameters are beyond all measure. All spans are as long as Initial().
  virtual double Step(std::span<float> parameters, const Digits& data, std::span<const std::uint32_t> images,
                      double learning_rate) = 0;
  virtual Evaluation Evaluate(std::span<const float> parameters, const Digits& data) = 0;
};

// Fails with kNotFound on an unknown name, as MakeLearner.
Result<std::unique_ptr<FlatModel>> MakeFlatModel(const std::string& model);

}  // namespace propius
