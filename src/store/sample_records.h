// Records for the tests of this room, no field of which has its default.
#pragma once

#include <algorithm>
#include <string>

#include "base/crypto.h"
#include "store/job_store.h"
#include "store/tally_store.h"

namespace propius {

inline Attributes SampleAttributes(std::vector<Attribute> entries) {
  return Attributes::Make(std::move(entries), "sample").value();
}

inline Job SampleJob(std::uint64_t id) {
  Job job;
  job.id = {id};
  job.tenant = "tenant-" + std::to_string(id % 3);
  job.spec = {.name = "digits",
              .rounds = 50,
              .demand = 100,
              .over_commit = 1.3,
              .min_reports = 0.8,
              .deadline = 90s,
              .needs = Constraint(SampleAttributes({{"cpu_f", 7.25}, {"ram_gb", 0.1}})),
              .private_needs = Constraint(SampleAttributes({{"samples", 100}})),
              .reducer = {.name = "clipped_mean", .options = {{"clip", 1.0 / 3}, {"floor", -0.5}}},
              .share = 2.5,
              .work = {.samples = 400, .kilobits = 74'016},
              .max_update_bytes = std::uint64_t{3} << 62,
              .max_weight = 1e3,
              .sync = SyncSpec{.model = "adsp:rate=4", .eta = 1.0 / 3, .commits = 500}};
  job.state = JobState::kAllocated;
  job.time_stamp = FromMicros(1'700'000'000'000'001);
  job.total_sched = 12'345us;
  job.start_sched = FromMicros(1'700'000'100'000'002);
  job.job_ip = "192.0.2.7";
  job.port = 65'535;
  job.total_demand = 5'000;
  job.total_round = 50;
  job.attained_service = 777;
  job.round = {9};
  job.demand = 130;
  job.amount = 64;
  job.score = -2.5;
  job.last_heard = FromMicros(1'700'000'200'000'003);
  job.finish_reason = "owner said \"so\"";
  return job;
}

inline Round SampleRound(std::uint64_t job, std::uint32_t number) {
  Round round;
  round.terms = {.tenant = "tenant-1",
                 .job = {job},
                 .round = {number},
                 .demand = 100,
                 .slots = 130,
                 .target = 80,
                 .max_slots = 260,
                 .deadline = FromMicros(1'700'000'300'000'004),
                 .plan = Sha256("plan"),
                 .reducer = {.name = "sum", .options = {{"scale", 2}}},
                 .max_update_bytes = 4'096,
                 .max_weight = 12.5,
                 .sync = SyncSpec{.model = "ssp:s=3", .period = 20s}};
  round.requested_at = FromMicros(1);
  round.filled_at = FromMicros(2);
  round.closed_at = FromMicros(3);
  round.allocation_ended = true;
  round.issued = 140;
  round.live = 120;
  round.reported = 60;
  round.failed = 7;
  round.expired = 3;
  round.counted = 81;
  round.outcome = RoundOutcome::kCompleted;
  round.reason = "target reached";
  return round;
}

inline Binding SampleBinding(std::uint64_t job, std::uint32_t round, std::uint32_t slot) {
  return {.round = {{job}, {round}},
          .slot = {slot},
          .device = {0xfedc'ba98'7654'0000 + slot},
          .state = BindState::kExpired,
          .bound_at = FromMicros(40),
          .lease_ends = FromMicros(50)};
}

inline MemoisedReply SampleReply(const std::string& key) {
  return {.key = key,
          .request = Sha256(key),
          .answered_at = FromMicros(60),
          .refusal = Error{Code::kResourceExhausted, "quota: expected at most 3 jobs, got a fourth"},
          .round = {{5}, {6}},
          .slot = {7}};
}

inline StoredPlan SamplePlan(const std::string& bytes) {
  return {Sha256(bytes), std::make_shared<const std::string>(bytes)};
}

inline StoredTally SampleTally(std::uint64_t job, std::uint32_t round, std::string state) {
  return {{{job}, {round}}, std::make_shared<const std::string>(std::move(state))};
}

// In the order of keys, for comparing what a store gives in any order.
inline JobChanges Sorted(JobChanges all) {
  std::ranges::sort(all.jobs, {}, &Job::id);
  std::ranges::sort(all.rounds, {}, [](const Round& round) { return round.terms.key(); });
  std::ranges::sort(all.bindings, {}, [](const Binding& binding) { return std::pair(binding.round, binding.slot); });
  std::ranges::sort(all.replies, {}, &MemoisedReply::key);
  return all;
}

inline bool SameRecords(const JobChanges& left, const JobChanges& right) {
  const JobChanges a = Sorted(left);
  const JobChanges b = Sorted(right);
  return a.jobs == b.jobs && a.rounds == b.rounds && a.bindings == b.bindings && a.replies == b.replies &&
         a.next_job == b.next_job;
}

// Two jobs with rounds, binds and answers.
inline JobChanges SampleState() {
  return {.jobs = {SampleJob(1), SampleJob(2)},
          .rounds = {SampleRound(1, 1), SampleRound(1, 2), SampleRound(2, 1)},
          .bindings = {SampleBinding(1, 1, 0), SampleBinding(1, 2, 0), SampleBinding(1, 2, 1), SampleBinding(2, 1, 0)},
          .replies = {SampleReply("job/a/1"), SampleReply("job/a/2")},
          .next_job = {3}};
}

}  // namespace propius
