// The oracle's judgement of results and of the end of a run.
#include <algorithm>
#include <utility>

#include "sim/contribution.h"
#include "sim/oracle.h"

namespace propius {

void Oracle::JobTold(const Aggregate& aggregate) {
  RoundRecord& record = rounds_[aggregate.round];
  history_.Note("told result of " + Show(aggregate.round) + " " + std::string(OutcomeName(aggregate.outcome)) + " " +
                std::to_string(aggregate.counted) + " of " + std::to_string(aggregate.target));
  if (aggregate.outcome == RoundOutcome::kOpen) return;
  const std::optional<Aggregate> before = record.result;
  const auto contributors = record.contributors;
  CheckResult(record, aggregate);
  if (aggregate.ledger.final) CheckLedger(record, aggregate);
  if (!before) counted_ += aggregate.counted;
  // An answer may be overtaken by a later one.
  if (!before || aggregate.ledger.final) record.result = aggregate;
  if (!before) return;
  const Ledger& now = aggregate.ledger;
  const Ledger& then = before->ledger;
  const bool same_result = aggregate.outcome == before->outcome && aggregate.counted == before->counted &&
                           record.contributors == contributors;
  // What was lost may still come late, and nothing else may change once the control plane's half is in.
  const bool same_binds = now.granted == then.granted && now.returned == then.returned && now.bound == then.bound &&
                          now.stranded == then.stranded;
  if (!same_result || (now.final && then.final && !same_binds)) {
    Violation(aggregate.round, "its result changed between two readings");
  }
}

void Oracle::CheckResult(RoundRecord& record, const Aggregate& aggregate) {
  const RoundKey& key = aggregate.round;
  if (!record.terms) return Violation(key, "a result of a round that was never durable");
  const Dtype dtype = CellType(record.terms->reducer.name);
  const Result<std::set<std::uint32_t>> contributors = ReadContributors(aggregate, dtype, record.owners);
  if (!contributors) return Violation(key, contributors.error().message);
  record.contributors = *contributors;
  if (contributors->size() != aggregate.counted) {
    Violation(key, "it says that " + std::to_string(aggregate.counted) + " were counted, its sum holds " +
                       std::to_string(contributors->size()));
  }
  std::set<DeviceId> devices;
  double weight = 0;
  for (const std::uint32_t slot : *contributors) {
    const DeviceId device = record.owners.at(slot);
    weight += Contribution{key, Slot{slot}, device}.Weight(dtype);
    if (!devices.insert(device).second) {
      Violation(key, "device " + std::to_string(device.value) + " was counted twice");
    }
  }
  if (weight != aggregate.total_weight) {
    Violation(key, "expected a total weight of " + std::to_string(weight) + ", got " +
                       std::to_string(aggregate.total_weight));
  }
  const bool reached = aggregate.counted >= record.terms->target;
  const bool any = aggregate.counted > 0;
  const RoundOutcome expected = reached ? RoundOutcome::kCompleted
                                : any   ? RoundOutcome::kPartial
                                        : RoundOutcome::kAborted;
  if (aggregate.outcome != expected) {
    Violation(key, "expected the outcome " + std::string(OutcomeName(expected)) + ", got " +
                       std::string(OutcomeName(aggregate.outcome)));
  }
}

void Oracle::CheckLedger(const RoundRecord& record, const Aggregate& aggregate) {
  const RoundKey& key = aggregate.round;
  const Ledger& ledger = aggregate.ledger;
  if (!ledger.Balances()) Violation(key, "its ledger does not balance");
  if (ledger.counted != aggregate.counted) Violation(key, "its ledger counts otherwise than the result");
  if (ledger.bound != record.owners.size()) {
    Violation(key, "its ledger has " + std::to_string(ledger.bound) + " binds, the control plane made " +
                       std::to_string(record.owners.size()));
  }
}

void Oracle::CheckWindow(std::int64_t size, Duration span) {
  const Time oldest = world_.Now() - span - options_.window_grace;
  const auto fresh = std::ranges::count_if(heard_, [&](const auto& device) { return device.second >= oldest; });
  if (size > fresh) {
    history_.Violation("the window holds " + std::to_string(size) + " devices, only " + std::to_string(fresh) +
                       " were heard from");
  }
}

void Oracle::Watched(RoundKey round, std::uint64_t watch, bool closed) {
  const bool over = over_.contains(watch);
  if (over) Violation(round, "a watcher was called after the end");
  if (closed) over_.insert(watch);
}

std::vector<RoundGrant> Oracle::Unread() const {
  std::vector<RoundGrant> unread;
  for (const auto& [key, record] : rounds_) {
    if (record.grant && (!record.result || !record.result->ledger.final)) unread.push_back(*record.grant);
  }
  return unread;
}

void Oracle::Finish() {
  for (const auto& [key, record] : rounds_) {
    if (record.terms && !record.closed_in_control) Violation(key, "it never ended");
    if (record.root_closure && record.result && record.root_closure->counted != record.result->counted) {
      Violation(key, "the root told the control plane otherwise than the job");
    }
    if (record.grant && (!record.result || !record.result->ledger.final) && !record.forgotten) {
      Violation(key, "its job could not learn its final result");
    }
    CheckPromises(key, record);
    if (calm_.contains(key)) CheckCalm(key, record);
  }
}

void Oracle::CheckPromises(const RoundKey& key, const RoundRecord& record) {
  if (record.told_committed.empty() && record.told_rejected.empty()) return;
  if (!record.contributors) {
    if (!record.told_committed.empty() && record.root_closure && record.root_closure->counted == 0) {
      Violation(key, "a device was told that it is committed, and the round ended with nothing");
    }
    return;
  }
  for (const std::uint32_t slot : record.told_committed) {
    if (!record.contributors->contains(slot)) {
      Violation(key, "slot " + std::to_string(slot) + " was told that it is committed, and is not in the result");
    }
  }
  for (const std::uint32_t slot : record.told_rejected) {
    if (record.contributors->contains(slot)) {
      Violation(key, "slot " + std::to_string(slot) + " was told that it is rejected, and is in the result");
    }
  }
}

void Oracle::CheckCalm(const RoundKey& key, const RoundRecord& record) {
  if (!record.result) return Violation(key, "a calm round has no result");
  if (record.result->outcome != RoundOutcome::kCompleted) {
    Violation(key,
              "a calm round ended " + std::string(OutcomeName(record.result->outcome)) + ": " + record.result->reason);
  }
  const bool may_be_late = record.terms->slots > record.terms->target;
  if (!may_be_late && record.owners.size() < record.terms->slots) {
    Violation(key, "a calm round has " + std::to_string(record.owners.size()) + " of " +
                       std::to_string(record.terms->slots) + " slots filled");
  }
  for (const std::uint32_t slot : record.told_late) {
    // In a storm the answer may be lost and the leaf that knew it gone; in the calm there is no excuse.
    if (record.contributors && record.contributors->contains(slot)) {
      Violation(key,
                "slot " + std::to_string(slot) + " of a calm round was told that it is late, and is in the result");
    }
  }
  for (const auto& [slot, device] : record.owners) {
    if (record.told_committed.contains(slot) || (may_be_late && record.told_late.contains(slot))) continue;
    Violation(key, "device " + std::to_string(device.value) + " of a calm round did not hear that it is committed");
  }
}

}  // namespace propius
