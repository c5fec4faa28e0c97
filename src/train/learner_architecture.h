// The models of the demo as values: the parameters they need and the function from images to logits. Includes torch.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "base/result.h"

namespace propius {

struct Parameter {
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t fan_in = 0;  // inputs of one output; 0 for a bias
};

struct Architecture {
  int classes = 0;
  std::vector<Parameter> parameters;
  // The parameters as tensors in that order, images [n, 784] -> logits [n, classes].
  std::function<at::Tensor(const std::vector<at::Tensor>& parameters, const at::Tensor& images)> forward;
};

// Fails with kNotFound on an unknown name.
Result<Architecture> FindArchitecture(const std::string& model);

}  // namespace propius
