// The tensors of modelled jobs and devices: vectors from whose sum one reads who contributed.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/rng.h"
#include "dataplane/node.h"
#include "domain/ids.h"
#include "domain/safetensors.h"

namespace propius {

// An update is one vector of this many cells, zero but for the cell of its slot.
inline constexpr std::uint32_t kCells = 64;

struct Contribution {
  RoundKey round;
  Slot slot;
  DeviceId device;

  std::uint32_t cell() const { return slot.value % kCells; }
  // A number that names device and round with overwhelming probability; a second training gives the same one.
  std::int64_t Value(Dtype dtype) const;
  // 1 for sums, 1 to 4 for means.
  double Weight(Dtype dtype) const;
  // What it adds to its cell.
  std::int64_t Share(Dtype dtype) const { return Value(dtype) * static_cast<std::int64_t>(Weight(dtype)); }
};

// The type of a job's cells by its reducer: "sum" adds whole numbers, "weighted_mean" takes doubles.
Dtype CellType(const std::string& reducer);
// Plans of different `title` have different digests.
std::string MakePlanBytes(Dtype dtype, const std::string& title);
// For a plan that MakePlanBytes made.
std::string MakeUpdateBytes(Dtype dtype, const Contribution& contribution);
// An update that must be rejected: of another shape, another name, another type, with a NaN, cut off or too heavy.
std::string MakeSpoiltBytes(Dtype dtype, const Contribution& contribution, double max_weight, Rng& chance);
// Fails on bytes that MakePlanBytes did not make.
Result<Dtype> ReadPlan(std::string_view plan);

// Finds which of the owners of slots are in a closed round's tensors; fails if no set of them gives the sums, each
// once.
Result<std::set<std::uint32_t>> ReadContributors(const Aggregate& aggregate, Dtype dtype,
                                                 const std::map<std::uint32_t, DeviceId>& owners);

}  // namespace propius
