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
Result<Duration> ReadDeadline(std::int64_t ms) {
  constexpr std::int64_t kMost = std::int64_t{1} << 50;
  if (ms >= 0 && ms <= kMost) return Duration(ms * 1'000);
  return Fail(Code::kInvalidArgument,
              "spec.deadline_ms: expected 0 to " + std::to_string(kMost) + ", got " + std::to_string(ms));
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

  const Result<Duration> deadline = ReadDeadline(message.deadline_ms());
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
  return message;
}

}  // namespace propius
