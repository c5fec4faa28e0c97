#include <cmath>

#include "wire/convert.h"

namespace propius {
namespace {

constexpr std::string_view kWhere = "spec.";

Status ReadReducer(const v1::Reducer& message, ReducerSpec& reducer) {
  if (!message.name().empty()) reducer.name = message.name();
  for (const auto& [name, value] : message.options()) {
    if (!IsAttributeName(name)) {
      return Fail(Code::kInvalidArgument,
                  "spec.reducer.options: expected a name of lower-case letters, digits and _, got \"" +
                      name.substr(0, 80) + "\"");
    }
    if (!std::isfinite(value)) {
      return Fail(Code::kInvalidArgument, "spec.reducer.options." + name + ": expected a finite number");
    }
    reducer.options[name] = value;
  }
  return {};
}

// A count of milliseconds that microseconds can hold.
Result<Duration> ReadSpan(std::int64_t ms, const std::string& what) {
  constexpr std::int64_t kMost = std::int64_t{1} << 50;
  if (ms >= 0 && ms <= kMost) return Duration(ms * 1'000);
  return Fail(Code::kInvalidArgument,
              what + ": expected 0 to " + std::to_string(kMost) + ", got " + std::to_string(ms));
}

SyncSpec ReadSync(const v1::Sync& message, Duration period) {
  SyncSpec sync;
  sync.model = message.model();
  if (period != 0us) sync.period = period;
  sync.eta = message.eta();
  sync.momentum = message.momentum();
  sync.goal = message.goal();
  if (message.batch() != 0) sync.batch = message.batch();
  sync.commits = message.commits();
  sync.max_norm = message.max_norm();
  return sync;
}

void WriteSync(const SyncSpec& sync, v1::Sync& message) {
  message.set_model(sync.model);
  message.set_period_ms(std::chrono::duration_cast<std::chrono::milliseconds>(sync.period).count());
  message.set_eta(sync.eta);
  message.set_momentum(sync.momentum);
  message.set_goal(sync.goal);
  message.set_batch(sync.batch);
  message.set_commits(sync.commits);
  message.set_max_norm(sync.max_norm);
}

}  // namespace

Result<JobSpec> FromMessage(const v1::JobSpec& message) {
  JobSpec spec;
  spec.name = message.name();
  spec.demand = message.demand();
  if (message.rounds() != 0) spec.rounds = message.rounds();
  if (message.over_commit() != 0) spec.over_commit = message.over_commit();
  if (message.min_reports() != 0) spec.min_reports = message.min_reports();
  if (message.max_update_bytes() != 0) spec.max_update_bytes = message.max_update_bytes();
  if (message.max_weight() != 0) spec.max_weight = message.max_weight();
  if (message.share() != 0) spec.share = message.share();
  spec.work = {.samples = message.work().samples(), .kilobits = message.work().kilobits()};

  const Result<Duration> deadline = ReadSpan(message.deadline_ms(), "spec.deadline_ms");
  if (!deadline) return tl::unexpected(deadline.error());
  if (*deadline != 0us) spec.deadline = *deadline;

  Result<Attributes> needs = FromMessage(message.public_constraint(), "spec.public_constraint");
  if (!needs) return tl::unexpected(needs.error());
  spec.needs = Constraint(*std::move(needs));
  Result<Attributes> private_needs = FromMessage(message.private_constraint(), "spec.private_constraint");
  if (!private_needs) return tl::unexpected(private_needs.error());
  spec.private_needs = Constraint(*std::move(private_needs));

  if (const Status status = ReadReducer(message.reducer(), spec.reducer); !status) {
    return tl::unexpected(status.error());
  }
  if (message.has_sync()) {
    const Result<Duration> period = ReadSpan(message.sync().period_ms(), "spec.sync.period_ms");
    if (!period) return tl::unexpected(period.error());
    spec.sync = ReadSync(message.sync(), *period);
  }
  if (const Status status = Validate(spec); !status) {
    return Fail(status.error().code, std::string(kWhere) + status.error().message);
  }
  return spec;
}

v1::JobSpec ToMessage(const JobSpec& spec) {
  v1::JobSpec message;
  message.set_name(spec.name);
  message.set_rounds(spec.rounds);
  message.set_demand(spec.demand);
  message.set_over_commit(spec.over_commit);
  message.set_min_reports(spec.min_reports);
  message.set_deadline_ms(std::chrono::duration_cast<std::chrono::milliseconds>(spec.deadline).count());
  ToMessage(spec.needs.bounds(), *message.mutable_public_constraint());
  ToMessage(spec.private_needs.bounds(), *message.mutable_private_constraint());
  message.mutable_reducer()->set_name(spec.reducer.name);
  for (const auto& [name, value] : spec.reducer.options) (*message.mutable_reducer()->mutable_options())[name] = value;
  message.set_max_update_bytes(spec.max_update_bytes);
  message.set_max_weight(spec.max_weight);
  message.set_share(spec.share);
  if (spec.work.stated()) {
    message.mutable_work()->set_samples(spec.work.samples);
    message.mutable_work()->set_kilobits(spec.work.kilobits);
  }
  if (spec.sync) WriteSync(*spec.sync, *message.mutable_sync());
  return message;
}

}  // namespace propius
