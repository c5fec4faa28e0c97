#include "experiments/workload_shelf.h"

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "config/files.h"
#include "config/job_list.h"
#include "experiments/attribute_list.h"
#include "sim/fleet_population.h"
#include "workload/inputs.h"
#include "workload/paper_workloads.h"
#include "workload/traces.h"

namespace propius {
namespace {

constexpr std::size_t kDevices = 500'000;  // as in FedScale's table of capacities
constexpr const char* kSpeed = "ms_per_sample";
constexpr double kTraceDays = 5;
constexpr double kDaySeconds = 86'400;
// Seed 1 draws the trace on which the reproduction of Venn's Table 1 was checked (venn.md 6).
constexpr std::uint64_t kFirstTraceSeed = 20;
constexpr std::uint64_t kRepeatsOfOwnLists = 60;

Result<std::vector<ArrivingJob>> ReadJobList(const std::string& path) {
  const Result<std::string> text = ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  const auto listed = ParseJobList(*text, path);
  if (!listed) return tl::unexpected(listed.error());
  std::vector<ArrivingJob> jobs;
  for (const ListedJob& job : *listed) {
    ArrivingJob& arriving = jobs.emplace_back();
    arriving.id = jobs.size() - 1;
    arriving.tenant = job.tenant;
    arriving.arrives_s = Seconds(job.arrival);
    arriving.spec = job.spec;
    StateInVennUnits(job.spec.work, arriving);
  }
  return jobs;
}

Result<std::vector<ArrivingJob>> JobsOf(const RunAsked& asked) {
  if (asked.jobs.ends_with(".toml")) return ReadJobList(asked.jobs);
  if (!asked.jobs.empty()) return ReadJobs(asked.jobs);
  const JobListChanges& changes = asked.changes;
  if (!changes.drawn_again && changes.biased_to == 0) return PaperJobs(asked.workload);
  DrawnJobs how;
  how.seed = changes.drawn_again.value_or(asked.seed);
  if (changes.biased_to > 0) how.biased_to = changes.biased_to;
  return DrawJobs(asked.workload, how);
}

bool IsPaperWorkload(const std::string& name) {
  return std::ranges::find(kPaperWorkloads, name) != kPaperWorkloads.end();
}

std::uint32_t Scaled(std::uint32_t count, double factor) {
  return static_cast<std::uint32_t>(std::max(1.0, std::round(count * factor)));
}

// The devices of a list by their attributes, the built-in one without a file; none if it is a list of classes, which
// then are the fleet's.
Result<std::vector<PhoneModel>> PhonesOf(const std::string& file, Fleet& fleet) {
  Result<std::string> text = std::string(kFleetPhonesCsv);
  if (!file.empty()) {
    auto masks = ReadEligibility(file);
    if (masks) {
      fleet.eligibility = *std::move(masks);
      return {};
    }
    text = ReadFile(file);
    if (!text) return tl::unexpected(text.error());
    // A list of classes has a column `mask`; anything else is meant as attributes.
    if (text->substr(0, text->find('\n')).find("mask") != std::string::npos) return tl::unexpected(masks.error());
  }
  const auto listed = ParseAttributeList(*text, file.empty() ? "android_devices.csv" : file);
  if (!listed) return tl::unexpected(listed.error());
  std::vector<PhoneModel> phones;
  for (const Attributes& device : *listed) {
    PhoneModel& phone = phones.emplace_back();
    std::vector<Attribute> shared;
    for (const Attribute& attribute : device.entries()) {
      if (attribute.name != kSpeed) shared.push_back(attribute);
    }
    phone.attributes = Attributes::Make(std::move(shared), file).value();
    phone.ms_per_sample = device.Get(kSpeed).value_or(kMeanMs);
  }
  return phones;
}

// What the owners say.
std::vector<ArrivingJob> Stated(std::vector<ArrivingJob> jobs, const JobListChanges& changes, std::uint64_t seed) {
  if (changes.stated_factor == 1 && changes.stated_spread == 0) return jobs;
  Rng chance(seed);
  for (ArrivingJob& job : jobs) {
    const double off = std::exp2(chance.Uniform(-changes.stated_spread, changes.stated_spread));
    job.stated_rounds = Scaled(job.spec.rounds, changes.stated_factor * off);
  }
  return jobs;
}

}  // namespace

std::vector<ArrivingJob> Changed(std::vector<ArrivingJob> jobs, const JobListChanges& changes) {
  if (changes.at_most > 0 && jobs.size() > changes.at_most) jobs.resize(changes.at_most);
  if (jobs.empty()) return jobs;
  const double first = jobs.front().arrives_s;
  for (ArrivingJob& job : jobs) {
    job.spec.demand = Scaled(job.spec.demand, changes.participants);
    job.spec.rounds = Scaled(job.spec.rounds, changes.rounds);
    // Until the first job there is nothing to see: a longer stream begins where the short one did.
    job.arrives_s = first + (job.arrives_s - first) * changes.arrivals;
  }
  return jobs;
}

Result<std::shared_ptr<const SessionTrace>> WorkloadShelf::SessionsOf(const RunAsked& asked) {
  const DevicesAsked& devices = asked.devices;
  if (!devices.checkins.empty()) {
    const std::lock_guard lock(mutex_);
    auto& read = sessions_[devices.checkins];
    if (!read) {
      auto sessions = ReadSessions(devices.checkins);
      if (!sessions) return tl::unexpected(sessions.error());
      read = *std::move(sessions);
    }
    return read;
  }
  TraceShape shape;
  shape.seed = kFirstTraceSeed + asked.seed;
  if (devices.rate > 0) shape.rate = devices.rate;
  const double days = devices.days > 0 ? devices.days : kTraceDays;
  shape.sessions = static_cast<std::uint64_t>(std::max(1.0, std::round(shape.rate * days * kDaySeconds)));
  std::shared_ptr<const SessionTrace> trace = MakeGeneratedTrace(shape);
  if (devices.days > 0) return trace;
  // Twice what the authors take, as they do for random orders: all policies see the same trace.
  const std::uint64_t repeats =
      asked.jobs.empty() && IsPaperWorkload(asked.workload) ? 2 * PaperRepeats(asked.workload) : kRepeatsOfOwnLists;
  return Repeated(std::move(trace), repeats);
}

Result<std::vector<Fleet::Capacity>> WorkloadShelf::CapacitiesOf(const DevicesAsked& devices, std::size_t count) {
  const std::lock_guard lock(mutex_);
  auto& capacities = capacities_[devices.capacity.empty() ? std::to_string(count) : devices.capacity];
  if (!capacities.empty()) return capacities;
  if (devices.capacity.empty()) {
    capacities = DrawCapacities(count, kFirstTraceSeed + 1);
    return capacities;
  }
  auto read = ReadCapacities(devices.capacity);
  if (!read) return tl::unexpected(read.error());
  capacities = *std::move(read);
  return capacities;
}

Result<Fleet> WorkloadShelf::FleetOf(const DevicesAsked& devices, bool by_class) {
  const std::size_t count = devices.devices > 0 ? devices.devices : kDevices;
  Fleet fleet;
  if (devices.eligibility.empty() && by_class) {
    fleet.eligibility = PaperEligibility();
  } else {
    auto phones = PhonesOf(devices.eligibility, fleet);
    if (!phones) return tl::unexpected(phones.error());
    if (!phones->empty()) {
      if (devices.capacity.empty()) return PhoneFleet(*phones, count, kFirstTraceSeed + 1);
      for (PhoneModel& phone : *phones) fleet.profiles.push_back(std::move(phone.attributes));
      fleet.eligibility.assign(fleet.profiles.size(), 0);
    }
  }
  auto capacities = CapacitiesOf(devices, count);
  if (!capacities) return tl::unexpected(capacities.error());
  fleet.capacities = *std::move(capacities);
  return fleet;
}

Result<Workload> WorkloadShelf::Make(const RunAsked& asked) {
  Workload workload;
  workload.name = asked.workload;
  auto jobs = JobsOf(asked);
  if (!jobs) return tl::unexpected(jobs.error());
  workload.jobs = Stated(Changed(*std::move(jobs), asked.changes), asked.changes, asked.seed);
  if (workload.jobs.empty()) return Fail(Code::kInvalidArgument, asked.workload + ": expected jobs, got none");
  const bool by_class = std::ranges::any_of(workload.jobs, [](const ArrivingJob& job) { return job.requirement > 0; });
  auto fleet = FleetOf(asked.devices, by_class);
  if (!fleet) return tl::unexpected(fleet.error());
  // Devices that state what they are meet a class by that.
  for (ArrivingJob& job : workload.jobs) {
    if (fleet->profiles.empty()) break;
    if (job.requirement > 0) job.spec.needs = PhoneClass(job.requirement);
    job.requirement = 0;
  }
  workload.fleet = *std::move(fleet);
  auto sessions = SessionsOf(asked);
  if (!sessions) return tl::unexpected(sessions.error());
  workload.sessions = *std::move(sessions);
  return workload;
}

}  // namespace propius
