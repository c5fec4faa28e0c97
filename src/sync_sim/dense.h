// The arithmetic of small dense layers for mini-batches, in vectors of sixteen floats: at these sizes, a library's
// calls cost more than the sums. Every result has the same bits on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace propius {

// Outputs of a layer are padded to a multiple of this; padding stays zero.
inline constexpr std::size_t kLanes = 16;

constexpr std::size_t Padded(std::size_t outputs) { return (outputs + kLanes - 1) / kLanes * kLanes; }

// Values of a sparse row are taken so many at a time.
inline constexpr std::size_t kSparseGroup = 4;

// One input of a layer without its zeros, but for as many at its end as make whole groups.
struct SparseRow {
  const std::uint16_t* columns = nullptr;
  const float* values = nullptr;
  std::uint32_t size = 0;  // a multiple of kSparseGroup
};

// As DenseForward and DenseStep below, for rows without zeros.
void SparseForward(const SparseRow* rows, std::size_t count, std::size_t inputs, const float* weights,
                   std::size_t outputs, float* out);
void SparseStep(const SparseRow* rows, std::size_t count, std::size_t inputs, const float* slopes, std::size_t outputs,
                float* weights);

// `rows` are `count` inputs of `inputs` values; `weights` are inputs + 1 rows of `outputs` (a multiple of kLanes), the
// last one the bias; `out` is count x outputs: rows * weights + bias.
void DenseForward(const float* const* rows, std::size_t count, std::size_t inputs, const float* weights,
                  std::size_t outputs, float* out);

// weights -= rows^T * slopes, the bias by the sum of slopes, where `slopes` is count x outputs and scaled already.
void DenseStep(const float* const* rows, std::size_t count, std::size_t inputs, const float* slopes,
               std::size_t outputs, float* weights);

// In place: `values`, count x kLanes, of which the first `classes` count, become scale * (softmax - one-hot of label),
// the padding zero.
void SoftmaxSlopes(float* values, std::size_t count, std::size_t classes, const std::uint8_t* labels, float scale);

struct BatchScore {
  double loss = 0;  // sum of the cross entropies, in nats
  std::size_t right = 0;
};
// Of the same values, which stay as they are.
BatchScore ScoreLogits(const float* values, std::size_t count, std::size_t classes, const std::uint8_t* labels);

}  // namespace propius
