#include "control/admission.h"

#include <algorithm>
#include <string>

namespace propius {
namespace {

constexpr std::uint32_t kMostDevices = 1'000'000;

Status AtMost(std::uint64_t got, std::uint64_t limit, const std::string& what) {
  if (limit == 0 || got <= limit) return {};
  return Fail(Code::kInvalidArgument, what + ": expected at most " + std::to_string(limit) +
                                          " (the limit of this site), got " + std::to_string(got));
}

Status AdmitReducer(const ReducerSpec& reducer, const std::vector<std::string>& known) {
  if (known.empty() || std::ranges::find(known, reducer.name) != known.end()) return {};
  std::string names;
  for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
  return Fail(Code::kInvalidArgument, "reducer.name: expected one of " + names + ", got \"" + reducer.name + "\"");
}

Status AdmitCount(const TenantId& tenant, const JobBook& book, const JobDeskOptions& limits) {
  std::uint32_t open = 0;
  std::uint32_t of_tenant = 0;
  for (const auto& [id, job] : book.jobs()) {
    if (job.state == JobState::kFinished) continue;
    ++open;
    if (job.tenant == tenant) ++of_tenant;
  }
  const auto refuse = [](const std::string& whose, std::uint32_t limit) {
    return Fail(Code::kResourceExhausted,
                "jobs: expected fewer than " + std::to_string(limit) + " open jobs of " + whose + "; finish one first");
  };
  if (limits.max_open_jobs_per_tenant != 0 && of_tenant >= limits.max_open_jobs_per_tenant) {
    return refuse("this tenant", limits.max_open_jobs_per_tenant);
  }
  if (limits.max_open_jobs != 0 && open >= limits.max_open_jobs) return refuse("this site", limits.max_open_jobs);
  return {};
}

}  // namespace

Status AdmitDemand(std::uint32_t demand, double over_commit, const JobDeskOptions& limits) {
  if (demand < 1 || demand > kMostDevices) {
    return Fail(Code::kInvalidArgument,
                "demand: expected 1 to " + std::to_string(kMostDevices) + ", got " + std::to_string(demand));
  }
  return AtMost(SlotsFor(demand, over_commit), limits.max_slots_per_round, "demand x over_commit");
}

Status AdmitJob(const JobSpec& spec, const TenantId& tenant, const JobBook& book, const JobDeskOptions& limits) {
  if (Status status = Validate(spec); !status) return status;
  if (Status status = AdmitDemand(spec.demand, spec.over_commit, limits); !status) return status;
  if (Status status = AtMost(spec.rounds, limits.max_rounds, "rounds"); !status) return status;
  if (limits.max_deadline > 0us && spec.deadline > limits.max_deadline) {
    return Fail(Code::kInvalidArgument, "deadline: expected at most " + FormatDuration(limits.max_deadline) +
                                            " (the limit of this site), got " + FormatDuration(spec.deadline));
  }
  if (Status status = AtMost(spec.max_update_bytes, limits.max_update_bytes, "max_update_bytes"); !status)
    return status;
  if (spec.sync && limits.check_sync) {
    if (Status status = limits.check_sync(*spec.sync, spec.demand); !status) return status;
  }
  if (Status status = AdmitReducer(spec.reducer, limits.reducers); !status) return status;
  return AdmitCount(tenant, book, limits);
}

}  // namespace propius
