#include <algorithm>
#include <charconv>
#include <cstddef>

#include "base/check.h"
#include "base/rng.h"
#include "workload/embedded.h"
#include "workload/paper_workloads.h"

namespace propius {
namespace {

constexpr std::size_t kPaperDevices = 500'000;

// Draws from a histogram: a bin by its count, and evenly inside the bin.
class HistogramDraw {
 public:
  explicit HistogramDraw(const Histogram& histogram) : edges_(histogram.edges) {
    double sum = 0;
    for (const double count : histogram.counts) cumulated_.push_back(sum += count);
  }

  double Draw(Rng& chance) const {
    const double at = chance.Uniform(0, cumulated_.back());
    const auto found = std::ranges::upper_bound(cumulated_, at);
    const auto bin = std::min(static_cast<std::size_t>(found - cumulated_.begin()), cumulated_.size() - 1);
    return chance.Uniform(edges_[bin], edges_[bin + 1]);
  }

 private:
  std::vector<double> edges_;
  std::vector<double> cumulated_;
};

}  // namespace

std::vector<Fleet::Capacity> DrawCapacities(std::size_t devices, std::uint64_t seed) {
  const HistogramDraw computation(EmbeddedHistogram(kVennComputation));
  const HistogramDraw communication(EmbeddedHistogram(kVennCommunication));
  Rng chance(seed);
  std::vector<Fleet::Capacity> capacities(devices);
  for (Fleet::Capacity& capacity : capacities) {
    capacity.ms = computation.Draw(chance);
    capacity.kbps = communication.Draw(chance);
  }
  return capacities;
}

std::vector<std::uint8_t> PaperEligibility() {
  std::vector<std::uint8_t> masks;
  std::string_view rest = kVennEligibility.substr(kVennEligibility.find('\n') + 1);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::string_view mask = line.substr(line.find(',') + 1);
    std::uint8_t value = 0;
    CHECK(std::from_chars(mask.data(), mask.data() + mask.size(), value).ec == std::errc());
    masks.push_back(value);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return masks;
}

Fleet PaperFleet(std::uint64_t seed) {
  return {.capacities = DrawCapacities(kPaperDevices, seed), .eligibility = PaperEligibility(), .profiles = {}};
}

Fleet PhoneFleet(std::span<const PhoneModel> phones, std::size_t devices, std::uint64_t seed) {
  Fleet fleet{.capacities = DrawCapacities(devices, seed), .eligibility = {}, .profiles = {}};
  if (phones.empty()) return fleet;
  double mean = 0;
  for (const PhoneModel& phone : phones) mean += phone.ms_per_sample / static_cast<double>(phones.size());
  Rng chance(seed + 1);
  for (Fleet::Capacity& capacity : fleet.capacities) {
    const PhoneModel& phone = phones[chance.Below(phones.size())];
    capacity.ms = phone.ms_per_sample * kMeanMs / mean;
    fleet.profiles.push_back(phone.attributes);
  }
  return fleet;
}

}  // namespace propius
