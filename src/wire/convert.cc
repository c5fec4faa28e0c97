#include "wire/convert.h"

namespace propius {

Result<Attributes> FromMessage(const AttributeMessages& messages, std::string_view what) {
  std::vector<Attribute> entries;
  entries.reserve(static_cast<std::size_t>(messages.size()));
  for (const v1::Attribute& message : messages) entries.push_back({message.name(), message.value()});
  return Attributes::Make(std::move(entries), what);
}

void ToMessage(const Attributes& attributes, AttributeMessages& messages) {
  messages.Clear();
  for (const Attribute& attribute : attributes.entries()) {
    v1::Attribute& message = *messages.Add();
    message.set_name(attribute.name);
    message.set_value(attribute.value);
  }
}

Result<RoundKey> FromMessage(const v1::RoundKey& message) {
  const RoundKey key{{message.job_id()}, {message.round()}};
  if (key.job.value == 0 || key.round.value == 0) {
    return Fail(Code::kInvalidArgument, "round: expected a job_id and a round, both from 1, got " + Show(key));
  }
  return key;
}

v1::RoundKey ToMessage(const RoundKey& key) {
  v1::RoundKey message;
  message.set_job_id(key.job.value);
  message.set_round(key.round.value);
  return message;
}

v1::JobState ToMessage(JobState state) {
  switch (state) {
    case JobState::kIdle:
      return v1::JOB_STATE_IDLE;
    case JobState::kScheduling:
      return v1::JOB_STATE_SCHEDULING;
    case JobState::kAllocated:
      return v1::JOB_STATE_ALLOCATED;
    case JobState::kFinished:
      return v1::JOB_STATE_FINISHED;
  }
  return v1::JOB_STATE_UNSPECIFIED;
}

v1::RoundOutcome ToMessage(RoundOutcome outcome) {
  switch (outcome) {
    case RoundOutcome::kOpen:
      return v1::ROUND_OUTCOME_OPEN;
    case RoundOutcome::kCompleted:
      return v1::ROUND_OUTCOME_COMPLETED;
    case RoundOutcome::kPartial:
      return v1::ROUND_OUTCOME_PARTIAL;
    case RoundOutcome::kAborted:
      return v1::ROUND_OUTCOME_ABORTED;
  }
  return v1::ROUND_OUTCOME_UNSPECIFIED;
}

Result<RoundOutcome> FromMessage(v1::RoundOutcome outcome) {
  switch (outcome) {
    case v1::ROUND_OUTCOME_OPEN:
      return RoundOutcome::kOpen;
    case v1::ROUND_OUTCOME_COMPLETED:
      return RoundOutcome::kCompleted;
    case v1::ROUND_OUTCOME_PARTIAL:
      return RoundOutcome::kPartial;
    case v1::ROUND_OUTCOME_ABORTED:
      return RoundOutcome::kAborted;
    default:
      return Fail(Code::kInvalidArgument, "outcome: expected open, completed, partial or aborted, got number " +
                                              std::to_string(static_cast<int>(outcome)));
  }
}

}  // namespace propius
