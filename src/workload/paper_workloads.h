// The workloads of Venn's evaluation (venn.md 3), and fleets like its authors'.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workload/workload.h"

namespace propius {

// even, small, large, low, high: Table 1's job lists, the fifty jobs of each exactly.
inline constexpr std::array<std::string_view, 5> kPaperWorkloads = {"even", "small", "large", "low", "high"};
Result<std::vector<ArrivingJob>> PaperJobs(std::string_view name);

// How often the authors repeat their five days of check-ins for a workload; twice that for random orders, which take
// longer.
std::uint64_t PaperRepeats(std::string_view name);

// The same kind of workload drawn anew: templates uniformly from the workload's part of the 33, Poisson arrivals.
struct DrawnJobs {
  std::uint64_t seed = 1;
  std::size_t jobs = 50;
  double mean_gap_s = 1'800;         // between arrivals; the first comes at 3,600 s
  bool random_requirements = false;  // else class i mod 4
  std::optional<int> biased_to{};    // class 1 … 4: it with 0.7, each other with 0.1 (Table 4)
};
Result<std::vector<ArrivingJob>> DrawJobs(std::string_view name, const DrawnJobs& how);

// Arrivals `factor` times later: a steady stream instead of a crowd (beyond-venn.md 3.3 uses 70).
std::vector<ArrivingJob> Stretched(std::vector<ArrivingJob> jobs, double factor);

// Capacities drawn from the digitised histograms of FedScale's client_device_capacity.
std::vector<Fleet::Capacity> DrawCapacities(std::size_t devices, std::uint64_t seed);
// The authors' list of 959 real devices and the classes that they meet.
std::vector<std::uint8_t> PaperEligibility();
// 500,000 devices of both.
Fleet PaperFleet(std::uint64_t seed = 21);

// A real phone, of data/android_devices.csv.
struct PhoneModel {
  Attributes attributes;     // cpu_f, ram_gb, fp16_mem, android_os
  double ms_per_sample = 0;  // relative speed
};
// So many devices, each a phone drawn evenly, with its attributes in place of classes: computation is the phone's,
// scaled to FedScale's mean; communication is drawn as in DrawCapacities.
Fleet PhoneFleet(std::span<const PhoneModel> phones, std::size_t devices, std::uint64_t seed);
// What class 1 … 4 asks of a phone (venn.md 3.2); 0 asks nothing.
Constraint PhoneClass(int requirement);

// One of kPaperWorkloads as Table 1 has it: its jobs, PaperFleet and the generated five days, repeated PaperRepeats
// times (twice that if `long_run`).
Result<Workload> PaperWorkload(std::string_view name, bool long_run = false, std::uint64_t seed = 21);

}  // namespace propius
