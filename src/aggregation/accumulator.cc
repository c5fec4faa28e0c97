#include "aggregation/accumulator.h"

#include <array>
#include <charconv>
#include <cmath>

#include "aggregation/values.h"
#include "base/crypto.h"
#include "base/pack.h"
#include "base/quote.h"

namespace propius {
namespace {

std::string ManifestDigest(const Manifest& manifest) {
  Packer packer;
  for (const TensorSpec& spec : manifest) {
    packer.Text(spec.name).Text(DtypeName(spec.dtype)).U8(static_cast<std::uint8_t>(spec.shape.size()));
    for (const std::uint64_t extent : spec.shape) packer.U64(extent);
  }
  return ToHex(Sha256(packer.Take()));
}

std::string WriteExactly(double number) {
  std::array<char, 64> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::hex);
  return {text.data(), end};
}

// All of `text`, or nothing.
template <typename Number, typename... Format>
bool Read(std::string_view text, Number& number, Format... format) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, format...);
  return error == std::errc() && end == text.data() + text.size();
}

struct PartialCounts {
  std::uint64_t count = 0;
  double total_weight = 0;
};

Result<PartialCounts> ReadCounts(const SafetensorsView& partial, std::string_view reducer, std::string_view manifest) {
  const auto value = [&](const char* key) -> std::string_view {
    const auto found = partial.metadata.find(key);
    return found == partial.metadata.end() ? std::string_view("") : std::string_view(found->second);
  };
  const auto refused = [&](const char* key, const std::string& expected) {
    return Fail(Code::kInvalidArgument,
                std::string("partial: ") + key + ": expected " + expected + ", got " + Quote(value(key)));
  };
  if (value("reducer") != reducer) return refused("reducer", std::string(reducer));
  if (value("manifest") != manifest) return refused("manifest", std::string(manifest));
  PartialCounts counts;
  if (!Read(value("count"), counts.count)) return refused("count", "a whole number");
  if (!Read(value("total_weight"), counts.total_weight, std::chars_format::hex) ||
      !std::isfinite(counts.total_weight) || counts.total_weight < 0 ||
      (counts.total_weight > 0) != (counts.count > 0)) {
    return refused("total_weight", "a finite number, more than 0 if and only if the count is");
  }
  return counts;
}

}  // namespace

Accumulator::Accumulator(std::string reducer, const Manifest& manifest, IntegerSums integers)
    : reducer_(std::move(reducer)), manifest_digest_(ManifestDigest(manifest)) {
  columns_.reserve(manifest.size());
  for (const TensorSpec& spec : manifest) columns_.emplace_back(spec, integers);
}

Status Accumulator::Add(const SafetensorsView& update, double weight, double scale) {
  if (!std::isfinite(weight) || weight <= 0) {
    return Fail(Code::kInvalidArgument, "weight: expected a finite number more than 0, got " + std::to_string(weight));
  }
  Manifest manifest;
  manifest.reserve(columns_.size());
  for (const Column& column : columns_) manifest.push_back(column.spec());
  if (const Status status = CheckManifest(manifest, update); !status) return status;
  return AddTensors(update, scale, 1, weight);
}

Status Accumulator::Merge(std::string_view partial) {
  const Result<SafetensorsView> view = ParseSafetensors(partial);
  if (!view) return tl::unexpected(view.error());
  const Result<PartialCounts> counts = ReadCounts(*view, reducer_, manifest_digest_);
  if (!counts) return tl::unexpected(counts.error());
  const Status status = CheckManifest(counts->count == 0 ? Manifest{} : SumManifest(), *view);
  if (!status || counts->count == 0) return status;
  return AddTensors(*view, 1, counts->count, counts->total_weight);
}

// First every check of every tensor, then every change: what fails leaves no trace.
Status Accumulator::AddTensors(const SafetensorsView& tensors, double scale, std::uint64_t count, double weight) {
  std::uint64_t new_count = 0;
  const double new_weight = total_weight_ + weight;
  if (__builtin_add_overflow(count_, count, &new_count) || !std::isfinite(new_weight)) {
    return Fail(Code::kOutOfRange, "expected a count below 2^64 and a finite total weight, got more");
  }
  std::vector<double> reaches;
  reaches.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const TensorView& tensor = tensors.tensors[i];
    const std::optional<double> reach = columns_[i].ReachAfter(tensor.spec.dtype, tensor.data, scale);
    if (!reach) {
      return Fail(Code::kOutOfRange, "tensor " + Quote(tensor.spec.name) + ": expected sums in the range of " +
                                         std::string(DtypeName(columns_[i].sum_spec().dtype)) + ", got more");
    }
    reaches.push_back(*reach);
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const TensorView& tensor = tensors.tensors[i];
    columns_[i].Add(tensor.spec.dtype, tensor.data, scale, reaches[i]);
  }
  count_ = new_count;
  total_weight_ = new_weight;
  return {};
}

std::string Accumulator::Serialize() const {
  std::vector<TensorView> tensors;
  if (count_ > 0) {
    tensors.reserve(columns_.size());
    for (const Column& column : columns_) tensors.push_back({column.sum_spec(), column.data()});
  }
  return WriteSafetensors(tensors, {{"reducer", reducer_},
                                    {"manifest", manifest_digest_},
                                    {"count", std::to_string(count_)},
                                    {"total_weight", WriteExactly(total_weight_)}});
}

Manifest Accumulator::SumManifest() const {
  Manifest manifest;
  manifest.reserve(columns_.size());
  for (const Column& column : columns_) manifest.push_back(column.sum_spec());
  return manifest;
}

}  // namespace propius
