// The job database to the store's records and back.
#include <algorithm>
#include <string>
#include <utility>

#include "control/job_book_state.h"

namespace propius {
namespace {

Status Lost(const std::string& message) { return Fail(Code::kDataLoss, "job store: " + message); }

std::string ShowSlot(const Binding& binding) {
  return Show(binding.round) + " slot " + std::to_string(binding.slot.value);
}

}  // namespace

JobChanges JobBook::State::Collect(const TouchedRecords& touched) const {
  JobChanges changes;
  for (const JobId id : touched.jobs) {
    const auto found = jobs.find(id);
    if (found == jobs.end()) {
      changes.removed_jobs.push_back(id);
    } else {
      changes.jobs.push_back(found->second);
    }
  }
  const auto record_of = [&](const RoundKey& key) -> const BookedRound* {
    const auto found = rounds.find(key.job);
    return found == rounds.end() ? nullptr : &found->second[key.round.value - 1];
  };
  for (const RoundKey& key : touched.rounds) {
    if (const BookedRound* record = record_of(key)) changes.rounds.push_back(record->round);
  }
  for (const auto& [key, slot] : touched.bindings) {
    const BookedRound* record = record_of(key);
    if (record != nullptr && slot.value < record->bindings.size()) {
      changes.bindings.push_back(record->bindings[slot.value]);
    }
  }
  for (const RoundKey& key : touched.forgotten_bindings) {
    if (record_of(key) != nullptr) changes.removed_bindings.push_back(key);
  }
  for (const std::string& key : touched.replies) {
    if (const MemoisedReply* reply = replies.Find(key)) {
      changes.replies.push_back(*reply);
    } else {
      changes.removed_replies.push_back(key);
    }
  }
  if (touched.next_job) changes.next_job = next_job;
  return changes;
}

Status JobBook::State::Restore(JobChanges loaded) {
  next_job = std::max(next_job, loaded.next_job);
  for (Job& job : loaded.jobs) {
    next_job.value = std::max(next_job.value, job.id.value + 1);
    const JobId id = job.id;
    jobs.emplace(id, std::move(job));
  }

  std::ranges::sort(loaded.rounds, {}, [](const Round& round) { return round.terms.key(); });
  for (Round& round : loaded.rounds) {
    const RoundKey key = round.terms.key();
    if (!jobs.contains(key.job)) return Lost(Show(key) + ": expected its job, found none");
    std::deque<BookedRound>& of_job = rounds[key.job];
    if (key.round.value != of_job.size() + 1) {
      return Lost(Show(key) + ": expected round " + std::to_string(of_job.size() + 1) + " before it");
    }
    of_job.push_back({.round = std::move(round), .bindings = {}, .devices = {}});
  }

  std::ranges::sort(loaded.bindings, {}, [](const Binding& binding) { return std::pair(binding.round, binding.slot); });
  for (const Binding& binding : loaded.bindings) {
    BookedRound* record = Find(binding.round);
    if (record == nullptr) return Lost(ShowSlot(binding) + ": expected its round, found none");
    if (binding.slot.value != record->bindings.size()) {
      return Lost(ShowSlot(binding) + ": expected slot " + std::to_string(record->bindings.size()) + " before it");
    }
    if (binding.state == BindState::kLive && record->round.closed()) {
      return Lost(ShowSlot(binding) + ": expected a bind that ended with its round, found a live one");
    }
    if (!record->round.closed()) {
      DeviceTrace& trace =
          record->devices.insert(binding.device).second ? Trace(binding.device) : traces.find(binding.device)->second;
      if (binding.state == BindState::kLive) {
        if (trace.holds()) {
          return Lost(ShowSlot(binding) + ": expected a device that holds one task, found one that holds two");
        }
        trace.held = binding.round;
        trace.slot = binding.slot;
      }
    }
    record->bindings.push_back(binding);
  }

  for (const auto& [id, job] : jobs) {
    const auto of_job = rounds.find(id);
    const std::size_t found = of_job == rounds.end() ? 0 : of_job->second.size();
    if (job.round.value != found) {
      return Lost(Show(id) + ": expected " + std::to_string(job.round.value) + " rounds, found " +
                  std::to_string(found));
    }
    if (found == 0) continue;
    for (const BookedRound& record : of_job->second) {
      const Round& round = record.round;
      const bool forgotten = round.closed() && record.bindings.empty();
      if (!forgotten && record.bindings.size() != round.issued) {
        return Lost(Show(round.terms.key()) + ": expected " + std::to_string(round.issued) + " binds, found " +
                    std::to_string(record.bindings.size()));
      }
      if (round.closed() && !record.bindings.empty()) closed_with_bindings.emplace(*round.closed_at, round.terms.key());
    }
    if (of_job->second.back().round.open()) open.insert(id);
  }

  std::ranges::sort(loaded.replies, {}, &MemoisedReply::answered_at);
  for (MemoisedReply& reply : loaded.replies) {
    if (replies.Find(reply.key) == nullptr) replies.Put(std::move(reply));
  }
  return {};
}

}  // namespace propius
