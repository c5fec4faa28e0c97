// Which worker has which rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.h"

namespace propius {

using Shards = std::vector<std::vector<std::uint32_t>>;  // by worker, rows

// Shuffled and dealt out: all parts alike, and equally large up to one.
Shards DealRows(std::size_t rows, std::size_t workers, Rng& chance);

// Rows with a label of `from` and above only to the `slow` last workers, the others only to the rest: the skew that
// goes with speed.
Shards SkewBySpeed(std::span<const std::uint8_t> labels, std::size_t workers, std::size_t slow, std::uint8_t from,
                   Rng& chance);

// Each worker's share of every label follows a Dirichlet draw; smaller concentrations are more skewed. Every row goes
// to somebody, and every worker has at least one.
Shards SkewByDirichlet(std::span<const std::uint8_t> labels, std::size_t workers, double concentration, Rng& chance);

}  // namespace propius
