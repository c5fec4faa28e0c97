#include "sim/contribution.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

namespace propius {
namespace {

constexpr const char* kName = "cells";
constexpr std::size_t kMaxShared = 20;  // slots of one cell whose subsets are tried

template <typename Number>
std::string Bytes(const std::vector<Number>& cells) {
  std::string bytes(cells.size() * sizeof(Number), '\0');
  if (!cells.empty()) std::memcpy(bytes.data(), cells.data(), bytes.size());
  return bytes;
}

std::string Write(TensorSpec spec, const std::string& data, const std::map<std::string, std::string>& metadata) {
  return WriteSafetensors({TensorView{std::move(spec), data}}, metadata);
}

std::string CellBytes(Dtype dtype, const Contribution& contribution) {
  if (dtype == Dtype::kI64) {
    std::vector<std::int64_t> cells(kCells);
    cells[contribution.cell()] = contribution.Value(dtype);
    return Bytes(cells);
  }
  std::vector<double> cells(kCells);
  cells[contribution.cell()] = static_cast<double>(contribution.Value(dtype));
  return Bytes(cells);
}

std::map<std::string, std::string> WeightOf(double weight) { return {{"weight", std::to_string(weight)}}; }

// The cells of an aggregate as sums of shares.
Result<std::vector<std::int64_t>> ReadSums(const Aggregate& aggregate, Dtype dtype) {
  if (!aggregate.tensors) return std::vector<std::int64_t>(kCells);
  const Result<SafetensorsView> file = ParseSafetensors(*aggregate.tensors);
  if (!file) return tl::unexpected(file.error());
  if (file->tensors.empty()) return std::vector<std::int64_t>(kCells);
  const TensorView* view = file->Find(kName);
  if (view == nullptr || view->spec != TensorSpec{kName, dtype, {kCells}}) {
    return Fail(Code::kInternal, "expected cells of " + std::string(DtypeName(dtype)) + ", got " +
                                     (view == nullptr ? "other tensors" : Show(view->spec)));
  }
  std::vector<std::int64_t> sums(kCells);
  for (std::uint32_t cell = 0; cell < kCells; ++cell) {
    const char* at = view->data.data() + std::size_t{cell} * 8;
    if (dtype == Dtype::kI64) {
      std::memcpy(&sums[cell], at, sizeof(std::int64_t));
    } else {
      double mean = 0;
      std::memcpy(&mean, at, sizeof(double));
      if (!std::isfinite(mean)) return Fail(Code::kInternal, "a cell of the aggregate is not finite");
      sums[cell] = std::llround(mean * aggregate.total_weight);
    }
  }
  return sums;
}

// The set among `candidates` whose shares add up to `sum`.
std::optional<std::vector<std::uint32_t>> FindSet(const std::vector<std::pair<std::uint32_t, std::int64_t>>& candidates,
                                                  std::int64_t sum) {
  for (std::uint32_t mask = 0; mask < (1U << candidates.size()); ++mask) {
    std::int64_t total = 0;
    std::vector<std::uint32_t> slots;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if ((mask >> i & 1U) == 0) continue;
      total += candidates[i].second;
      slots.push_back(candidates[i].first);
    }
    if (total == sum) return slots;
  }
  return std::nullopt;
}

}  // namespace

std::int64_t Contribution::Value(Dtype dtype) const {
  Rng chance(device.value ^ std::rotl(round.job.value, 20) ^ std::rotl(std::uint64_t{round.round.value}, 40));
  const int bits = dtype == Dtype::kI64 ? 52 : 24;  // a mean divides and is multiplied back, so it keeps fewer
  return static_cast<std::int64_t>(1 + chance.Below((std::uint64_t{1} << bits) - 1));
}

double Contribution::Weight(Dtype dtype) const {
  return dtype == Dtype::kI64 ? 1.0 : static_cast<double>(1 + device.value % 4);
}

Dtype CellType(const std::string& reducer) { return reducer == "sum" ? Dtype::kI64 : Dtype::kF64; }

std::string MakePlanBytes(Dtype dtype, const std::string& title) {
  return Write({kName, dtype, {kCells}}, std::string(kCells * DtypeSize(dtype), '\0'), {{"title", title}});
}

Result<Dtype> ReadPlan(std::string_view plan) {
  const Result<SafetensorsView> file = ParseSafetensors(plan);
  if (!file) return tl::unexpected(file.error());
  const TensorView* view = file->Find(kName);
  if (view == nullptr) return Fail(Code::kInvalidArgument, "expected a plan with cells");
  return view->spec.dtype;
}

std::string MakeUpdateBytes(Dtype dtype, const Contribution& contribution) {
  return Write({kName, dtype, {kCells}}, CellBytes(dtype, contribution), WeightOf(contribution.Weight(dtype)));
}

std::string MakeSpoiltBytes(Dtype dtype, const Contribution& contribution, double max_weight, Rng& chance) {
  const auto weight = WeightOf(contribution.Weight(dtype));
  const std::string cells = CellBytes(dtype, contribution);
  switch (chance.Below(6)) {
    case 0:
      return Write({kName, dtype, {2, kCells / 2}}, cells, weight);
    case 1:
      return Write({"sells", dtype, {kCells}}, cells, weight);
    case 2:
      return Write({kName, dtype, {kCells}}, cells, WeightOf(max_weight * 2));
    case 3: {
      const std::string whole = MakeUpdateBytes(dtype, contribution);
      return whole.substr(0, chance.Below(whole.size()));
    }
    case 4: {
      std::vector<double> poison(kCells, 1.0);
      poison[chance.Below(kCells)] = std::numeric_limits<double>::quiet_NaN();
      return Write({kName, Dtype::kF64, {kCells}}, Bytes(poison), weight);
    }
    default:
      return Write({kName, Dtype::kF32, {kCells}}, std::string(kCells * 4, '\1'), weight);
  }
}

Result<std::set<std::uint32_t>> ReadContributors(const Aggregate& aggregate, Dtype dtype,
                                                 const std::map<std::uint32_t, DeviceId>& owners) {
  const Result<std::vector<std::int64_t>> sums = ReadSums(aggregate, dtype);
  if (!sums) return tl::unexpected(sums.error());
  std::vector<std::vector<std::pair<std::uint32_t, std::int64_t>>> candidates(kCells);
  for (const auto& [slot, device] : owners) {
    const Contribution contribution{aggregate.round, Slot{slot}, device};
    candidates[contribution.cell()].emplace_back(slot, contribution.Share(dtype));
  }
  std::set<std::uint32_t> contributors;
  for (std::uint32_t cell = 0; cell < kCells; ++cell) {
    if (candidates[cell].size() > kMaxShared) {
      return Fail(Code::kInternal, "expected at most " + std::to_string(kMaxShared) + " slots for a cell, got " +
                                       std::to_string(candidates[cell].size()));
    }
    const auto found = FindSet(candidates[cell], (*sums)[cell]);
    if (!found) {
      return Fail(Code::kInternal, "cell " + std::to_string(cell) + " holds " + std::to_string((*sums)[cell]) +
                                       ", which is no sum of its devices, each counted once");
    }
    contributors.insert(found->begin(), found->end());
  }
  return contributors;
}

}  // namespace propius
