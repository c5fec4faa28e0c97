// The always-on devices of Propius' evaluation, and its five jobs (propius.md 3.1).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/attributes.h"
#include "domain/job.h"

namespace propius {

// Files of the source tree that this room carries.
extern const std::string_view kFleetPhonesCsv;        // data/android_devices.csv
extern const std::string_view kFleetSampleCountsCsv;  // data/client_dataset_sizes.csv

struct FleetMember {
  std::uint32_t index = 0;  // that the dispatcher drew: members of one index are alike
  Attributes shared;        // cpu_f, ram_gb, fp16_mem, android_os; ms_per_sample, kbps
  Attributes kept;          // samples
};

// `devices` over three dispatchers, each of which draws the same indices from Python's generator with seed 42; phone
// and samples follow from the index. The bandwidth stands in for a trace that could not be had: log-normal, median 5
// Mbit/s, sigma 1, within 0.3 and 100 Mbit/s, by index and `seed`.
Result<std::vector<FleetMember>> DrawPopulation(std::uint32_t devices, std::uint64_t seed);

// Five jobs that all arrive at once: demand 50, 100, 100, 200, 400 with 1.2 of it asked for, three tiers of needs.
constexpr std::size_t kPropiusJobs = 5;
std::array<JobSpec, kPropiusJobs> PropiusJobs(std::uint32_t rounds);

}  // namespace propius
