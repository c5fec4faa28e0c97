#include <algorithm>
#include <utility>

#include "base/event.h"
#include "control/admission.h"
#include "control/job_desk.h"
#include "control/job_desk_state.h"
#include "control/job_request.h"

namespace propius {
namespace {

// Slot numbers for the binds that replace lost ones: a round may lose each of its places several times.
constexpr std::uint32_t kMostSlotNumbers = 1U << 20U;

std::uint32_t SlotNumbersFor(std::uint32_t slots) {
  const std::uint64_t wanted = std::min(std::uint64_t{kMostSlotNumbers}, std::uint64_t{slots} * 8 + 64);
  return static_cast<std::uint32_t>(std::max(wanted, std::uint64_t{slots}));
}

RoundTerms TermsOf(const Job& job, std::uint32_t demand, const Digest& plan, Time now) {
  const std::uint32_t slots = SlotsFor(demand, job.spec.over_commit);
  const std::optional<SyncSpec>& sync = job.spec.sync;
  return {.tenant = job.tenant,
          .job = job.id,
          .round = {job.round.value + 1},
          .demand = demand,
          .slots = slots,
          .target = sync ? sync->commits : TargetFor(demand, job.spec.min_reports),
          // Devices come to an asynchronous job and leave it as long as it lasts.
          .max_slots = sync ? std::max(slots, kMostSlotNumbers) : SlotNumbersFor(slots),
          .deadline = now + job.spec.deadline,
          .plan = plan,
          .reducer = job.spec.reducer,
          .max_update_bytes = job.spec.max_update_bytes,
          .max_weight = job.spec.max_weight,
          .sync = sync};
}

}  // namespace

Result<RoundKey> JobDesk::State::Open(const TenantId& tenant, JobId id, std::uint32_t demand, const Digest& plan) {
  const Result<const Job*> own = Own(tenant, id);
  if (!own) return tl::unexpected(own.error());
  const Job& job = **own;
  if (job.state == JobState::kFinished) {
    return Fail(Code::kFailedPrecondition, Show(id) + ": expected a running job, it is " + job.finish_reason);
  }
  book.Heard(id);
  const Round* current = book.CurrentRound(id);
  if (current != nullptr && !current->closed()) {
    return Fail(Code::kFailedPrecondition,
                Show(id) + ": expected no open round, round " + std::to_string(job.round.value) + " is open");
  }
  if (job.round.value >= job.spec.rounds) {
    return Fail(Code::kOutOfRange,
                Show(id) + ": expected at most " + std::to_string(job.spec.rounds) + " rounds, all are done");
  }
  if (plan.size() != 32) {
    return Fail(Code::kInvalidArgument,
                "plan_digest: expected a SHA-256 of 32 bytes, got " + std::to_string(plan.size()));
  }
  if (demand == 0) demand = job.spec.demand;
  if (Status status = AdmitDemand(demand, job.spec.over_commit, options); !status) {
    return tl::unexpected(status.error());
  }

  const Round& round = book.OpenRound(id, TermsOf(job, demand, plan, runtime.Now()));
  dispatcher.RoundOpened(round.terms.key());
  deadlines.Set(round.terms.deadline + options.close_grace, round.terms.key());
  return round.terms.key();
}

void JobDesk::RequestRound(const JobCaller& caller, JobId job, std::uint32_t demand, Digest plan,
                           Done<RoundGrant> done) {
  const auto act = [&]() -> Result<Gist> {
    return state_->Open(caller.tenant, job, demand, plan).map([](const RoundKey& key) { return Gist{key, {}}; });
  };
  const auto answer = [&](const RoundKey& about) -> Result<RoundGrant> {
    return state_->StatusOf(about).map([&](const RoundStatus& status) {
      return RoundGrant{about, status.round.terms, state_->sealer.Seal(status.round.terms)};
    });
  };
  state_->Call<RoundGrant>(caller, PackRequestRound(job, demand, plan), act, answer, std::move(done));
}

void JobDesk::EndRequest(const JobCaller& caller, RoundKey round, Done<RoundStatus> done) {
  const auto act = [&]() -> Result<Gist> {
    const Result<const Job*> own = state_->Own(caller.tenant, round.job);
    if (!own) return tl::unexpected(own.error());
    const Round* found = state_->book.FindRound(round);
    if (found == nullptr) {
      return Fail(Code::kNotFound, Show(round) + ": expected a round that was requested, found none");
    }
    if ((*own)->state != JobState::kFinished) state_->book.Heard(round.job);
    if (!found->closed() && !found->allocation_ended) {
      state_->book.EndAllocation(round);
      state_->dispatcher.Replan();
      state_->watch.Changed(round);
    }
    return Gist{round, {}};
  };
  const auto answer = [&](const RoundKey& about) { return state_->StatusOf(about); };
  state_->Call<RoundStatus>(caller, PackEndRequest(round), act, answer, std::move(done));
}

void JobDesk::RoundClosed(const RoundClosure& closure, Done<BindCensus> done) {
  const Round* round = state_->book.FindRound(closure.round);
  if (round == nullptr) {
    return done(Fail(Code::kNotFound, Show(closure.round) + ": expected a round that is kept, found none"));
  }
  if (closure.outcome == RoundOutcome::kOpen) {
    return done(
        Fail(Code::kInvalidArgument, Show(closure.round) + ": expected an outcome of a closed round, got open"));
  }
  // The data plane knows what was counted. If the control plane had to close the round without it, its word corrects
  // the record.
  const bool is_news = !round->closed() || round->outcome != closure.outcome || round->counted != closure.counted ||
                       round->reason != closure.reason;
  if (is_news) state_->Close(closure.round, closure.outcome, closure.counted, closure.reason);
  AnswerWhenDurable<BindCensus>(state_->book, std::weak_ptr(state_), state_->book.CensusOf(closure.round),
                                std::move(done));
}

void JobDesk::State::Close(const RoundKey& key, RoundOutcome outcome, std::uint32_t counted,
                           const std::string& reason) {
  book.CloseRound(key, outcome, counted, reason);
  dispatcher.RoundClosed(key);
  watch.Changed(key);
  Event(Severity::kInfo, "round_closed",
        {{"job", key.job.value},
         {"round", key.round.value},
         {"outcome", OutcomeName(outcome)},
         {"counted", counted},
         {"reason", reason}});
}

void JobDesk::State::Finish(JobId id, const std::string& reason) {
  book.FinishJob(id, reason);
  if (const Round* round = book.CurrentRound(id)) {
    dispatcher.RoundClosed(round->terms.key());
    watch.Changed(round->terms.key());
  }
  dispatcher.JobFinished(id);
  Event(Severity::kInfo, "job_finished", {{"job", id.value}, {"reason", reason}});
}

void JobDesk::State::OnDeadline(const RoundKey& key) {
  const Round* round = book.FindRound(key);
  if (round == nullptr || round->closed()) return;
  Close(key, RoundOutcome::kAborted, 0, "no word from the data plane");
}

}  // namespace propius
