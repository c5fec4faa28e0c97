#include <algorithm>
#include <utility>

#include "base/check.h"
#include "control/job_book.h"
#include "control/job_book_state.h"

namespace propius {

BookedRound* JobBook::State::Find(const RoundKey& key) {
  const auto found = rounds.find(key.job);
  if (found == rounds.end() || key.round.value == 0 || key.round.value > found->second.size()) return nullptr;
  return &found->second[key.round.value - 1];
}

void JobBook::State::Touch(const BookedRound& record) {
  TouchedRecords& touched = commits.Touch();
  touched.rounds.insert(record.round.terms.key());
  touched.jobs.insert(record.round.terms.job);
}

DeviceTrace& JobBook::State::Trace(DeviceId device) {
  DeviceTrace& trace = traces[device];
  trace.rounds += 1;
  return trace;
}

void JobBook::State::Untrace(DeviceId device) {
  const auto found = traces.find(device);
  if (--found->second.rounds == 0) traces.erase(found);
}

void JobBook::State::LetGo(DeviceId device) { traces.find(device)->second.held = {}; }

void JobBook::State::Follow(BookedRound& record) {
  Round& round = record.round;
  Job& job = jobs.at(round.terms.job);
  const bool is_open = round.open();
  job.state = is_open ? JobState::kScheduling : JobState::kAllocated;
  if (is_open) {
    open.insert(job.id);
  } else {
    open.erase(job.id);
  }
  // A place that opens again after the round was full is not waited for twice.
  if (!is_open && !round.filled_at) {
    const Time now = runtime.Now();
    if (!round.closed()) round.filled_at = now;
    job.total_sched += now - round.requested_at;
  }
  Touch(record);
}

const Round& JobBook::OpenRound(JobId id, RoundTerms terms) {
  Job& job = state_->jobs.at(id);
  std::deque<BookedRound>& rounds = state_->rounds[id];
  CHECK(job.state != JobState::kFinished && (rounds.empty() || rounds.back().round.closed()));
  CHECK(terms.key() == (RoundKey{id, {job.round.value + 1}}) && rounds.size() == job.round.value);

  const Time now = state_->runtime.Now();
  job.round = terms.round;
  job.demand = terms.slots;
  job.amount = 0;
  job.start_sched = now;
  const std::uint32_t rounds_left = job.total_round - std::min(job.total_round, job.round.value - 1);
  job.total_demand = job.attained_service + std::uint64_t{rounds_left} * terms.slots;

  BookedRound& record = rounds.emplace_back();
  record.round.terms = std::move(terms);
  record.round.requested_at = now;
  state_->Follow(record);
  return record.round;
}

void JobBook::EndAllocation(const RoundKey& key) {
  BookedRound* record = state_->Find(key);
  CHECK(record != nullptr && !record->round.closed());
  record->round.allocation_ended = true;
  state_->Follow(*record);
}

const Binding& JobBook::Bind(const RoundKey& key, DeviceId device, Time lease_ends) {
  BookedRound* record = state_->Find(key);
  CHECK(record != nullptr && record->round.open());
  const bool is_new = record->devices.insert(device).second;
  CHECK(is_new || record->round.terms.sync);
  DeviceTrace& trace = is_new ? state_->Trace(device) : state_->traces.find(device)->second;
  CHECK(!trace.holds());
  Round& round = record->round;
  const Slot slot{round.issued};
  round.issued += 1;
  round.live += 1;
  Job& job = state_->jobs.at(key.job);
  job.amount += 1;
  job.attained_service += 1;
  trace.held = key;
  trace.slot = slot;
  record->bindings.push_back({key, slot, device, BindState::kLive, state_->runtime.Now(), lease_ends});
  state_->commits.Touch().bindings.emplace(key, slot);
  state_->Follow(*record);
  return record->bindings.back();
}

void JobBook::ExtendLease(const RoundKey& key, Slot slot, Time lease_ends) {
  BookedRound* record = state_->Find(key);
  CHECK(record != nullptr && slot.value < record->bindings.size());
  record->bindings[slot.value].lease_ends = lease_ends;
}

void JobBook::SettleBinding(const RoundKey& key, Slot slot, BindState state) {
  BookedRound* record = state_->Find(key);
  CHECK(record != nullptr && slot.value < record->bindings.size());
  Binding& binding = record->bindings[slot.value];
  CHECK(binding.state == BindState::kLive);
  CHECK(state == BindState::kReported || state == BindState::kFailed || state == BindState::kExpired);
  binding.state = state;
  state_->LetGo(binding.device);
  Job& job = state_->jobs.at(key.job);
  if (state == BindState::kReported) {
    record->round.reported += 1;
    // A device that leaves an asynchronous job makes room for another.
    if (record->round.terms.sync) {
      record->round.live -= 1;
      job.amount -= 1;
    }
  } else {
    record->round.live -= 1;
    (state == BindState::kFailed ? record->round.failed : record->round.expired) += 1;
    job.amount -= 1;
    job.attained_service -= 1;
  }
  state_->commits.Touch().bindings.emplace(key, slot);
  state_->Follow(*record);
}

void JobBook::State::EndLive(BookedRound& record) {
  const RoundKey key = record.round.terms.key();
  for (Binding& binding : record.bindings) {
    if (binding.state != BindState::kLive) continue;
    binding.state = BindState::kEnded;
    LetGo(binding.device);
    commits.Touch().bindings.emplace(key, binding.slot);
  }
  for (const DeviceId device : record.devices) Untrace(device);
  record.devices = {};
  if (!record.bindings.empty()) closed_with_bindings.emplace(*record.round.closed_at, key);
}

void JobBook::CloseRound(const RoundKey& key, RoundOutcome outcome, std::uint32_t counted, std::string reason) {
  BookedRound* record = state_->Find(key);
  CHECK(record != nullptr && outcome != RoundOutcome::kOpen);
  Round& round = record->round;
  round.outcome = outcome;
  round.counted = counted;
  round.reason = std::move(reason);
  if (round.closed()) {
    state_->Touch(*record);
    return;
  }
  round.closed_at = state_->runtime.Now();
  state_->EndLive(*record);
  state_->Follow(*record);
}

void JobBook::ForgetBindingsBefore(Time time) {
  auto& closed = state_->closed_with_bindings;
  while (!closed.empty() && closed.begin()->first < time) {
    const RoundKey key = closed.begin()->second;
    closed.erase(closed.begin());
    state_->Find(key)->bindings = {};
    state_->commits.Touch().forgotten_bindings.insert(key);
  }
}

BindCensus JobBook::CensusOf(const RoundKey& key) const {
  BindCensus census;
  const BookedRound* record = state_->Find(key);
  if (record == nullptr) return census;
  const Round& round = record->round;
  // Every lost bind made one more slot number available, as long as there were numbers.
  const std::uint32_t left = round.failed + round.expired + (round.terms.sync ? round.reported : 0);
  const std::uint32_t available = std::min(round.terms.max_slots, round.terms.slots + left);
  census.bound = round.issued;
  census.granted = std::max(round.issued, available);
  census.returned = census.granted - census.bound;
  for (const Binding& binding : record->bindings) {
    if (binding.state == BindState::kFailed) census.failed.Set(binding.slot.value);
    if (binding.state == BindState::kExpired) census.expired.Set(binding.slot.value);
  }
  return census;
}

}  // namespace propius
