#include "sync_sim/dense.h"

#include <algorithm>
#include <cmath>

#include "base/vectorise.h"

namespace propius {
namespace {

typedef float Lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef std::int32_t IntLanes __attribute__((vector_size(64), aligned(4), may_alias));

const Lanes* At(const float* values) { return reinterpret_cast<const Lanes*>(values); }
Lanes* At(float* values) { return reinterpret_cast<Lanes*>(values); }

PROPIUS_VECTORISED_WIDE void Forward(const float* const* rows, std::size_t count, std::size_t inputs,
                                     const float* weights, std::size_t outputs, float* out) {
  const float* bias = weights + inputs * outputs;
  for (std::size_t n = 0; n < outputs; n += kLanes) {
    // Four rows share each load of the weights; at the end, some of the four may be the same.
    for (std::size_t b = 0; b < count; b += 4) {
      const std::size_t last = count - 1;
      const float* x0 = rows[b];
      const float* x1 = rows[std::min(b + 1, last)];
      const float* x2 = rows[std::min(b + 2, last)];
      const float* x3 = rows[std::min(b + 3, last)];
      Lanes s0 = *At(bias + n);
      Lanes s1 = s0;
      Lanes s2 = s0;
      Lanes s3 = s0;
      const float* w = weights + n;
      for (std::size_t k = 0; k < inputs; ++k, w += outputs) {
        const Lanes column = *At(w);
        s0 += column * x0[k];
        s1 += column * x1[k];
        s2 += column * x2[k];
        s3 += column * x3[k];
      }
      *At(out + b * outputs + n) = s0;
      *At(out + std::min(b + 1, last) * outputs + n) = s1;
      *At(out + std::min(b + 2, last) * outputs + n) = s2;
      *At(out + std::min(b + 3, last) * outputs + n) = s3;
    }
  }
}

PROPIUS_VECTORISED_WIDE void StepWeights(const float* const* rows, std::size_t count, std::size_t inputs,
                                         const float* slopes, std::size_t outputs, float* weights) {
  for (std::size_t n = 0; n < outputs; n += kLanes) {
    std::size_t k = 0;
    for (; k + 4 <= inputs; k += 4) {
      Lanes s0{};
      Lanes s1{};
      Lanes s2{};
      Lanes s3{};
      for (std::size_t b = 0; b < count; ++b) {
        const Lanes slope = *At(slopes + b * outputs + n);
        const float* x = rows[b] + k;
        s0 += slope * x[0];
        s1 += slope * x[1];
        s2 += slope * x[2];
        s3 += slope * x[3];
      }
      *At(weights + k * outputs + n) -= s0;
      *At(weights + (k + 1) * outputs + n) -= s1;
      *At(weights + (k + 2) * outputs + n) -= s2;
      *At(weights + (k + 3) * outputs + n) -= s3;
    }
    for (; k < inputs; ++k) {
      Lanes sum{};
      for (std::size_t b = 0; b < count; ++b) sum += *At(slopes + b * outputs + n) * rows[b][k];
      *At(weights + k * outputs + n) -= sum;
    }
    Lanes bias{};
    for (std::size_t b = 0; b < count; ++b) bias += *At(slopes + b * outputs + n);
    *At(weights + inputs * outputs + n) -= bias;
  }
}

PROPIUS_VECTORISED_WIDE void ForwardSparse(const SparseRow* rows, std::size_t count, std::size_t inputs,
                                           const float* weights, std::size_t outputs, float* out) {
  for (std::size_t n = 0; n < outputs; n += kLanes) {
    const float* w = weights + n;
    for (std::size_t b = 0; b < count; ++b) {
      const std::uint16_t* columns = rows[b].columns;
      const float* values = rows[b].values;
      const std::size_t size = rows[b].size;
      // Four sums, so that an addition need not wait for the one before.
      Lanes s0 = *At(w + inputs * outputs);
      Lanes s1{};
      Lanes s2{};
      Lanes s3{};
      for (std::size_t i = 0; i < size; i += kSparseGroup) {
        s0 += *At(w + columns[i] * outputs) * values[i];
        s1 += *At(w + columns[i + 1] * outputs) * values[i + 1];
        s2 += *At(w + columns[i + 2] * outputs) * values[i + 2];
        s3 += *At(w + columns[i + 3] * outputs) * values[i + 3];
      }
      *At(out + b * outputs + n) = (s0 + s1) + (s2 + s3);
    }
  }
}

PROPIUS_VECTORISED_WIDE void StepSparse(const SparseRow* rows, std::size_t count, std::size_t inputs,
                                        const float* slopes, std::size_t outputs, float* weights) {
  for (std::size_t n = 0; n < outputs; n += kLanes) {
    float* w = weights + n;
    Lanes bias{};
    for (std::size_t b = 0; b < count; ++b) {
      const std::uint16_t* columns = rows[b].columns;
      const float* values = rows[b].values;
      const std::size_t size = rows[b].size;
      const Lanes slope = *At(slopes + b * outputs + n);
      for (std::size_t i = 0; i < size; i += kSparseGroup) {
        *At(w + columns[i] * outputs) -= slope * values[i];
        *At(w + columns[i + 1] * outputs) -= slope * values[i + 1];
        *At(w + columns[i + 2] * outputs) -= slope * values[i + 2];
        *At(w + columns[i + 3] * outputs) -= slope * values[i + 3];
      }
      bias += slope;
    }
    *At(w + inputs * outputs) -= bias;
  }
}

// The greatest of all lanes, or their sum, in every lane.
#define PROPIUS_ROTATE(x, by)                                                                                       \
  __builtin_shufflevector(x, x, (by) % 16, (1 + (by)) % 16, (2 + (by)) % 16, (3 + (by)) % 16, (4 + (by)) % 16,      \
                          (5 + (by)) % 16, (6 + (by)) % 16, (7 + (by)) % 16, (8 + (by)) % 16, (9 + (by)) % 16,      \
                          (10 + (by)) % 16, (11 + (by)) % 16, (12 + (by)) % 16, (13 + (by)) % 16, (14 + (by)) % 16, \
                          (15 + (by)) % 16)

constexpr float kFarBelow = -1e30F;

// e^(row - its greatest) of each row, with zeros from `classes` on, goes to `out`, rows `stride` apart; `sums` gets
// each row's sum, `greatest` what was taken off.
PROPIUS_VECTORISED_WIDE void Exponentials(const float* values, std::size_t count, std::size_t classes, float* out,
                                          std::size_t stride, float* sums, float* greatest) {
  constexpr float kRounder = 12582912.0F;  // 1.5 * 2^23: adding it rounds to a whole number
  constexpr IntLanes kNumbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const IntLanes counts = kNumbers < static_cast<std::int32_t>(classes);
  for (std::size_t b = 0; b < count; ++b) {
    Lanes x = *At(values + b * kLanes);
    x = counts ? x : Lanes{} + kFarBelow;
    Lanes top = x;
    Lanes other = PROPIUS_ROTATE(top, 8);
    top = top > other ? top : other;
    other = PROPIUS_ROTATE(top, 4);
    top = top > other ? top : other;
    other = PROPIUS_ROTATE(top, 2);
    top = top > other ? top : other;
    other = PROPIUS_ROTATE(top, 1);
    top = top > other ? top : other;
    // e^x for x <= 0, to about one part in ten million: 2^n * e^r with |r| <= ln(2) / 2 and the series of e^r.
    x -= top;
    x = x < -87.0F ? Lanes{} - 87.0F : x;
    const Lanes n = (x * 1.44269504F + kRounder) - kRounder;
    const Lanes r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
    Lanes e = Lanes{} + 1.0F / 5040;
    e = e * r + 1.0F / 720;
    e = e * r + 1.0F / 120;
    e = e * r + 1.0F / 24;
    e = e * r + 1.0F / 6;
    e = e * r + 0.5F;
    e = e * r + 1.0F;
    e = e * r + 1.0F;
    const IntLanes power = (__builtin_convertvector(n, IntLanes) + 127) << 23;
    e = counts ? e * reinterpret_cast<const Lanes&>(power) : Lanes{};
    *At(out + b * stride) = e;
    e += PROPIUS_ROTATE(e, 8);
    e += PROPIUS_ROTATE(e, 4);
    e += PROPIUS_ROTATE(e, 2);
    e += PROPIUS_ROTATE(e, 1);
    sums[b] = e[0];
    greatest[b] = top[0];
  }
}
#undef PROPIUS_ROTATE

PROPIUS_VECTORISED_WIDE void ScaleRows(float* values, std::size_t count, const float* factors) {
  for (std::size_t b = 0; b < count; ++b) *At(values + b * kLanes) *= factors[b];
}

constexpr std::size_t kChunk = 64;

}  // namespace

void SparseForward(const SparseRow* rows, std::size_t count, std::size_t inputs, const float* weights,
                   std::size_t outputs, float* out) {
  ForwardSparse(rows, count, inputs, weights, outputs, out);
}

void SparseStep(const SparseRow* rows, std::size_t count, std::size_t inputs, const float* slopes, std::size_t outputs,
                float* weights) {
  StepSparse(rows, count, inputs, slopes, outputs, weights);
}

void DenseForward(const float* const* rows, std::size_t count, std::size_t inputs, const float* weights,
                  std::size_t outputs, float* out) {
  if (count > 0) Forward(rows, count, inputs, weights, outputs, out);
}

void DenseStep(const float* const* rows, std::size_t count, std::size_t inputs, const float* slopes,
               std::size_t outputs, float* weights) {
  StepWeights(rows, count, inputs, slopes, outputs, weights);
}

void SoftmaxSlopes(float* values, std::size_t count, std::size_t classes, const std::uint8_t* labels, float scale) {
  float sums[kChunk];
  float greatest[kChunk];
  for (std::size_t from = 0; from < count; from += kChunk) {
    const std::size_t size = std::min(kChunk, count - from);
    float* rows = values + from * kLanes;
    Exponentials(rows, size, classes, rows, kLanes, sums, greatest);
    for (std::size_t b = 0; b < size; ++b) sums[b] = scale / sums[b];
    ScaleRows(rows, size, sums);
    for (std::size_t b = 0; b < size; ++b) rows[b * kLanes + labels[from + b]] -= scale;
  }
}

BatchScore ScoreLogits(const float* values, std::size_t count, std::size_t classes, const std::uint8_t* labels) {
  float unused[kLanes];
  float sums[kChunk];
  float greatest[kChunk];
  BatchScore score;
  for (std::size_t from = 0; from < count; from += kChunk) {
    const std::size_t size = std::min(kChunk, count - from);
    const float* rows = values + from * kLanes;
    Exponentials(rows, size, classes, unused, 0, sums, greatest);
    // One logarithm for eight rows: a sum is from 1 to 16, so that their product is far from any end.
    for (std::size_t group = 0; group < size; group += 8) {
      double product = 1;
      for (std::size_t b = group; b < std::min(group + 8, size); ++b) {
        const float* row = rows + b * kLanes;
        const float own = row[labels[from + b]];
        product *= static_cast<double>(sums[b]);
        score.loss += static_cast<double>(greatest[b] - own);
        // Among equals the first one is the answer, or a model that knows nothing would always be right.
        if (own == greatest[b] && std::find(row, row + labels[from + b], own) == row + labels[from + b]) ++score.right;
      }
      score.loss += std::log(product);
    }
  }
  return score;
}

}  // namespace propius
