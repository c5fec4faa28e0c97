#include "sim/oracle.h"

#include <utility>

namespace propius {

void Oracle::Watch(Uptime control, Uptime root) {
  control_up_ = std::move(control);
  root_up_ = std::move(root);
}

void Oracle::Violation(const RoundKey& round, const std::string& what) {
  history_.Violation(Show(round) + ": " + what);
}

void Oracle::Durable(const JobChanges& changes) {
  for (const Binding& binding : changes.bindings) CheckBinding(binding);
  for (const Round& round : changes.rounds) CheckRound(round);
  for (const Binding& binding : changes.bindings) {
    const RoundRecord& record = rounds_[binding.round];
    if (record.terms && record.live.size() > record.terms->slots) {
      Violation(binding.round, "expected at most " + std::to_string(record.terms->slots) + " live binds, got " +
                                   std::to_string(record.live.size()));
    }
    if (const auto& held = holds_[binding.device]; held.size() > 1) {
      Violation(binding.round,
                "device " + std::to_string(binding.device.value) + " holds " + std::to_string(held.size()) + " tasks");
    }
  }
}

void Oracle::CheckBinding(const Binding& binding) {
  RoundRecord& record = rounds_[binding.round];
  const std::uint32_t slot = binding.slot.value;
  const auto [owner, fresh] = record.owners.emplace(slot, binding.device);
  if (fresh) ++binds_;
  history_.Note("bind " + Show(binding.round) + " slot " + std::to_string(slot) + " device " +
                std::to_string(binding.device.value) + " state " + std::to_string(static_cast<int>(binding.state)));
  if (owner->second != binding.device) {
    Violation(binding.round, "slot " + std::to_string(slot) + " issued twice");
    owner->second = binding.device;
  }
  const std::pair held{binding.round, slot};
  if (binding.state == BindState::kLive) {
    if (record.closed_in_control) Violation(binding.round, "a device was bound after the end");
    holds_[binding.device].insert(held);
  } else {
    holds_[binding.device].erase(held);
  }
  if (binding.state == BindState::kLive || binding.state == BindState::kReported) {
    record.live.insert(slot);
  } else {
    record.live.erase(slot);
  }
}

void Oracle::CheckRound(const Round& round) {
  const RoundKey key = round.terms.key();
  RoundRecord& record = rounds_[key];
  if (record.terms && *record.terms != round.terms) Violation(key, "the terms changed");
  record.terms = round.terms;
  if (record.closed_in_control) {
    // Only the root's word may correct what the control plane had to assume without it.
    const bool corrected = record.control_outcome == RoundOutcome::kAborted && record.root_closure &&
                           round.outcome == record.root_closure->outcome;
    if (!round.closed() || (round.outcome != record.control_outcome && !corrected)) {
      Violation(key, "a closed round changed in the control plane");
    }
    record.control_outcome = round.outcome;
    return;
  }
  if (!round.closed()) return;
  record.closed_in_control = true;
  record.control_outcome = round.outcome;
  history_.Note("closed " + Show(key) + " " + std::string(OutcomeName(round.outcome)) + " " + round.reason);
  if (control_up_ && control_up_(round.terms.deadline) > options_.control_grace) {
    Violation(key, "the control plane closed it later than allowed after the deadline");
  }
}

void Oracle::RootClosed(const RoundClosure& closure) {
  RoundRecord& record = rounds_[closure.round];
  if (record.root_closure) {
    if (record.root_closure->outcome != closure.outcome || record.root_closure->counted != closure.counted) {
      Violation(closure.round, "the root closed it twice, and differently");
    }
    return;
  }
  record.root_closure = closure;
  history_.Note("root closed " + Show(closure.round) + " " + std::string(OutcomeName(closure.outcome)) + " " +
                std::to_string(closure.counted));
  if (record.terms && root_up_ && root_up_(record.terms->deadline) > options_.root_grace) {
    Violation(closure.round, "the root closed it later than allowed after the deadline");
  }
}

void Oracle::JobGranted(const RoundGrant& grant) {
  RoundRecord& record = rounds_[grant.round];
  history_.Note("granted " + Show(grant.round));
  record.grant = grant;
  if (!record.terms) {
    Violation(grant.round, "granted before it was durable");
  } else if (*record.terms != grant.terms) {
    Violation(grant.round, "granted on other terms than those that are durable");
  }
}

void Oracle::DeviceBound(DeviceId device, const Bound& bound) {
  const RoundRecord& record = rounds_[bound.round];
  history_.Note("told device " + std::to_string(device.value) + " slot " + std::to_string(bound.slot.value) + " of " +
                Show(bound.round));
  const auto owner = record.owners.find(bound.slot.value);
  if (owner == record.owners.end() || owner->second != device) {
    Violation(bound.round, "device " + std::to_string(device.value) + " was told of slot " +
                               std::to_string(bound.slot.value) + ", which is not durably its own");
  }
}

void Oracle::DeviceTold(DeviceId device, const Ticket& ticket, UploadState state, const std::string& reason,
                        bool spoilt) {
  RoundRecord& record = rounds_[ticket.round];
  const std::uint32_t slot = ticket.slot.value;
  history_.Note("device " + std::to_string(device.value) + " heard " + std::to_string(static_cast<int>(state)) + " " +
                reason + " for slot " + std::to_string(slot) + " of " + Show(ticket.round));
  if (spoilt) record.spoilt.insert(slot);
  switch (state) {
    case UploadState::kAccepted:
      break;
    case UploadState::kCommitted:
      if (record.told_committed.insert(slot).second) ++told_committed_;
      break;
    case UploadState::kLate:
      if (record.told_late.insert(slot).second) ++told_late_;
      break;
    case UploadState::kRejected:
      if (record.told_rejected.insert(slot).second) ++told_rejected_;
      if (!spoilt)
        Violation(ticket.round, "a good update of slot " + std::to_string(slot) + " was rejected: " + reason);
      break;
  }
}

std::map<std::string, std::uint64_t> Oracle::outcomes() const {
  std::map<std::string, std::uint64_t> outcomes;
  for (const auto& [key, record] : rounds_) {
    ++outcomes[std::string(OutcomeName(record.result ? record.result->outcome : record.control_outcome))];
  }
  return outcomes;
}

}  // namespace propius
