#include "sim/fleet_population.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "base/rng.h"
#include "domain/constraint.h"
#include "sim/fleet_draw.h"

namespace propius {
namespace {

constexpr std::uint32_t kDispatchers = 3;
constexpr std::uint32_t kDispatcherSeed = 42;
constexpr std::uint32_t kLastIndex = 107'748;  // of the clients of the behaviour trace
constexpr double kMedianKbps = 5'000;
constexpr double kLeastKbps = 300;
constexpr double kMostKbps = 100'000;

// Local work: 20 steps of a batch of 20, three passes' worth of time each; a model of 74,016 kbit, there and back.
constexpr TaskWork kWork{.samples = 20 * 3 * 20, .kilobits = 2 * 74'016};
constexpr double kOverSelection = 1.2;
constexpr Duration kSchedulingTimeout = 100s;
constexpr Duration kExecutionTimeout = 500s;

// The last `count` numbers of each line after the first: names before them may have commas.
Result<std::vector<std::vector<double>>> Columns(std::string_view csv, std::size_t count, const std::string& what) {
  std::vector<std::vector<double>> rows;
  for (std::size_t line = 1; !csv.empty(); ++line) {
    const std::size_t end = std::min(csv.find('\n'), csv.size());
    std::string_view text = csv.substr(0, end);
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (line == 1 || text.empty()) continue;
    std::vector<double> row(count);
    for (std::size_t i = count; i > 0; --i) {
      const std::size_t comma = text.rfind(',');
      const std::string_view field = comma == std::string_view::npos ? "" : text.substr(comma + 1);
      const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), row[i - 1]);
      if (error != std::errc() || stop != field.data() + field.size()) {
        return Fail(Code::kInvalidArgument, what + ":" + std::to_string(line) + ": expected " + std::to_string(count) +
                                                " numbers at the end, got \"" + std::string(field) + "\"");
      }
      text = text.substr(0, comma);
    }
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return Fail(Code::kInvalidArgument, what + ": expected at least one row, got none");
  return rows;
}

double DrawKbps(std::uint32_t index, std::uint64_t seed) {
  // Members of one index share their line of the trace, whoever draws them and however many come before.
  Rng chance(seed * 0x9e37'79b9'7f4a'7c15ULL + index);
  return std::clamp(kMedianKbps * std::exp(chance.Normal()), kLeastKbps, kMostKbps);
}

struct Tier {
  double cpu_f;
  double ram_gb;
  double fp16_mem;
  double android_os;
  double samples;
};
constexpr std::array<Tier, 3> kTiers{{{3, 2, 400, 4, 100}, {6, 4, 800, 6, 100}, {7, 6, 900, 7, 120}}};
struct JobShape {
  std::uint32_t demand;
  std::size_t tier;
};
constexpr std::array<JobShape, kPropiusJobs> kJobs{{{50, 0}, {100, 0}, {100, 1}, {200, 1}, {400, 2}}};

Constraint AtLeast(std::vector<Attribute> bounds) {
  return Constraint(Attributes::Make(std::move(bounds), "tier").value());
}

}  // namespace

Result<std::vector<FleetMember>> DrawPopulation(std::uint32_t devices, std::uint64_t seed) {
  const auto phones = Columns(kFleetPhonesCsv, 5, "android_devices.csv");
  if (!phones) return tl::unexpected(phones.error());
  const auto counts = Columns(kFleetSampleCountsCsv, 1, "client_dataset_sizes.csv");
  if (!counts) return tl::unexpected(counts.error());

  std::vector<FleetMember> members;
  members.reserve(devices);
  for (std::uint32_t dispatcher = 0; dispatcher < kDispatchers; ++dispatcher) {
    const std::uint32_t share = devices / kDispatchers + (dispatcher < devices % kDispatchers ? 1 : 0);
    PythonRandom draw(kDispatcherSeed);
    for (std::uint32_t i = 0; i < share; ++i) {
      FleetMember& member = members.emplace_back();
      member.index = draw.RandInt(0, kLastIndex);
      const std::vector<double>& phone = (*phones)[member.index % phones->size()];
      auto shared = Attributes::Make({{"cpu_f", phone[0]},
                                      {"ram_gb", phone[1]},
                                      {"fp16_mem", phone[2]},
                                      {"android_os", phone[3]},
                                      {"ms_per_sample", phone[4]},
                                      {"kbps", DrawKbps(member.index, seed)}},
                                     "android_devices.csv");
      if (!shared) return tl::unexpected(shared.error());
      member.shared = *std::move(shared);
      auto kept = Attributes::Make({{"samples", (*counts)[member.index % counts->size()][0]}}, "samples");
      if (!kept) return tl::unexpected(kept.error());
      member.kept = *std::move(kept);
    }
  }
  return members;
}

std::array<JobSpec, kPropiusJobs> PropiusJobs(std::uint32_t rounds) {
  std::array<JobSpec, kPropiusJobs> specs;
  for (std::size_t i = 0; i < kPropiusJobs; ++i) {
    const Tier& tier = kTiers.at(kJobs.at(i).tier);
    JobSpec& spec = specs.at(i);
    spec.name = "dummy-" + std::to_string(i);
    spec.rounds = rounds;
    spec.demand = kJobs.at(i).demand;
    spec.over_commit = kOverSelection;
    spec.deadline = kSchedulingTimeout + kExecutionTimeout;
    spec.needs = AtLeast(
        {{"cpu_f", tier.cpu_f}, {"ram_gb", tier.ram_gb}, {"fp16_mem", tier.fp16_mem}, {"android_os", tier.android_os}});
    spec.private_needs = AtLeast({{"samples", tier.samples}});
    spec.work = kWork;
  }
  return specs;
}

}  // namespace propius
