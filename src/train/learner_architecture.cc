#include "train/learner_architecture.h"

#include <ATen/ATen.h>

namespace propius {
namespace {

using Tensors = std::vector<at::Tensor>;

void AddLinear(Architecture& architecture, const std::string& name, std::int64_t inputs, std::int64_t outputs) {
  architecture.parameters.push_back({name + ".weight", {outputs, inputs}, inputs});
  architecture.parameters.push_back({name + ".bias", {outputs}, 0});
}

void AddConvolution(Architecture& architecture, const std::string& name, std::int64_t inputs, std::int64_t outputs,
                    std::int64_t side) {
  architecture.parameters.push_back({name + ".weight", {outputs, inputs, side, side}, inputs * side * side});
  architecture.parameters.push_back({name + ".bias", {outputs}, 0});
}

// Two convolutions of 5x5, each pooled by 2, and two dense layers: 28 -> 24 -> 12 -> 8 -> 4 pixels a side.
Architecture Cnn() {
  Architecture cnn;
  cnn.classes = 10;
  AddConvolution(cnn, "conv1", 1, 8, 5);
  AddConvolution(cnn, "conv2", 8, 16, 5);
  AddLinear(cnn, "fc1", 256, 128);
  AddLinear(cnn, "fc2", 128, 10);
  cnn.forward = [](const Tensors& p, const at::Tensor& images) {
    // Pooling first and rectifying then gives the same as the other way round, for a quarter of the work.
    at::Tensor x = at::max_pool2d(at::conv2d(images.reshape({-1, 1, 28, 28}), p[0], p[1]), 2).relu();
    x = at::max_pool2d(at::conv2d(x, p[2], p[3]), 2).relu();
    x = at::linear(x.reshape({-1, 256}), p[4], p[5]).relu();
    return at::linear(x, p[6], p[7]);
  };
  return cnn;
}

Architecture Perceptron(std::int64_t hidden, int classes) {
  Architecture perceptron;
  perceptron.classes = classes;
  AddLinear(perceptron, "fc1", 784, hidden);
  AddLinear(perceptron, "fc2", hidden, classes);
  perceptron.forward = [](const Tensors& p, const at::Tensor& images) {
    return at::linear(at::linear(images, p[0], p[1]).relu(), p[2], p[3]);
  };
  return perceptron;
}

}  // namespace

Result<Architecture> FindArchitecture(const std::string& model) {
  if (model == "cnn") return Cnn();
  if (model == "mlp") return Perceptron(64, 10);
  if (model == "parity") return Perceptron(32, 2);
  return Fail(Code::kNotFound, "model: expected \"cnn\", \"mlp\" or \"parity\", got \"" + model + "\"");
}

}  // namespace propius
