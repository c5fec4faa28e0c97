// Which part of a cut problem each job is in.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "scheduling/policy.h"

namespace propius {

class PartRoster {
 public:
  explicit PartRoster(std::uint64_t seed) : seed_(seed) {}

  // Newcomers go to the part with the fewest jobs, drawn at random among such parts; then as few jobs as possible move
  // so that no two parts differ by more than one job. `jobs` in ascending order of their ids.
  void Update(std::span<const KnownJob> jobs, std::size_t parts);
  std::size_t PartOf(JobId job) const { return part_of_.at(job); }

 private:
  std::uint64_t Draw(JobId job) const;

  std::uint64_t seed_;
  boost::unordered_flat_map<JobId, std::size_t, std::hash<JobId>> part_of_;
};

}  // namespace propius
