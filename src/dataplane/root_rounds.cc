// The job's side of the root: a round from its plan to its result.
#include <utility>

#include "base/crypto.h"
#include "base/event.h"
#include "dataplane/aggregate_report.h"
#include "dataplane/answer.h"
#include "dataplane/root.h"
#include "dataplane/shared_parameters.h"

namespace propius {
namespace {

// A result waits this long for the control plane's half of the ledger.
constexpr Duration kLedgerGrace = 2s;
// A close that cannot be made durable is answered with the progress then.
constexpr Duration kCloseLimit = 60s;

// A small type grows when it is summed up, and the sums must fit on their way from a leaf and into the store. What an
// asynchronous round keeps stays here: parameters, their momentum, those that its model remembers, and the updates that
// it holds, as floats.
Status CheckSums(const Manifest& manifest, const RoundTerms& terms, const NodeOptions& options) {
  std::uint64_t bytes_each = sizeof(double);
  std::uint64_t limit = options.max_sum_bytes();
  if (terms.sync) {
    const auto model = MakeSyncModel(*terms.sync, terms.demand);
    if (!model) return {};  // its round cannot begin, for that reason
    bytes_each = (3 + std::uint64_t{(*model)->MostHeld(terms.demand)}) * sizeof(float);
    limit = kMaxSumBytes;
  }
  std::uint64_t values = 0;
  for (const TensorSpec& spec : manifest) values += spec.Elements();
  if (values <= limit / bytes_each) return {};
  return Fail(Code::kInvalidArgument, "update manifest: expected at most " + std::to_string(limit / bytes_each) +
                                          " values, so that what is kept of them takes at most " +
                                          std::to_string(limit) + " bytes, got " + std::to_string(values));
}

}  // namespace

Result<Manifest> Root::CheckPlan(const RoundTerms& terms, const Blob& plan) const {
  const std::string where = Show(terms.key()) + ": ";
  if (plan->size() > options_.max_plan_bytes) {
    return Fail(Code::kResourceExhausted, where + "expected a plan of at most " +
                                              std::to_string(options_.max_plan_bytes) + " bytes, got " +
                                              std::to_string(plan->size()));
  }
  if (const Digest got = Sha256(*plan); got != terms.plan) {
    return Fail(Code::kInvalidArgument,
                where + "expected the plan with digest " + ToHex(terms.plan) + ", got one with " + ToHex(got));
  }
  if (!terms.sync && (terms.target < 1 || terms.target > terms.max_slots)) {
    return Fail(Code::kInvalidArgument, where + "expected a target from 1 to " + std::to_string(terms.max_slots) +
                                            ", got " + std::to_string(terms.target));
  }
  const Result<SafetensorsView> parsed = ParseSafetensors(*plan);
  if (!parsed) return tl::unexpected(parsed.error());
  Result<Manifest> manifest = UpdateManifest(*parsed);
  if (!manifest) return manifest;
  if (const Status fits = CheckSums(*manifest, terms, options_); !fits) {
    return tl::unexpected(Error{fits.error().code, where + fits.error().message});
  }
  return manifest;
}

Result<RoundTally> Root::Begin(const RoundTerms& terms, Manifest manifest, const Blob& plan) const {
  if (!terms.sync) return RoundTally::Begin(terms, std::move(manifest), parts_.reducers);
  const Result<SafetensorsView> view = ParseSafetensors(*plan);
  if (!view) return tl::unexpected(view.error());
  return RoundTally::BeginAsynchronous(terms, std::move(manifest), *view, parts_.runtime.Now(), parts_.reducers);
}

void Root::PutPlan(const RoundTerms& terms, Blob plan, Done<PlanReceipt> done) {
  const RoundKey round = terms.key();
  const auto fail = [&](Error error) { Answer(parts_.runtime, done, tl::unexpected(std::move(error))); };
  if (!rounds_.contains(round)) {
    if (terms.deadline <= parts_.runtime.Now() || Find(round).error().code == Code::kOutOfRange) {
      return fail({Code::kFailedPrecondition, Show(round) + ": expected an open round, but the round is over"});
    }
    Result<Manifest> manifest = CheckPlan(terms, plan);
    if (!manifest) return fail(manifest.error());
    Result<RoundTally> tally = Begin(terms, std::move(*manifest), plan);
    if (!tally) return fail(tally.error());
    HeldRound& held = rounds_.emplace(round, HeldRound{std::move(*tally)}).first->second;
    journal_->KeepPlan(terms.plan, plan);
    journal_->Changed(round, Duration::zero());
    ArmDeadline(terms);
    if (held.tally.parameters() != nullptr) StartCommits(held);
  } else if (rounds_.at(round).tally.record().terms != terms) {
    return fail({Code::kAlreadyExists, Show(round) + ": expected the terms that it was opened with, got others"});
  }
  WhenDurable(round, [this, digest = terms.plan, plan = std::move(plan)](HeldRound& held) {
    if (held.tally.open()) plans_->Put(digest, plan);
  });
  AnswerWhenDurable(round, std::move(done), PlanReceipt{terms.plan});
}

void Root::ArmDeadline(const RoundTerms& terms) {
  parts_.runtime.At(terms.deadline, [weak = weak_from_this(), round = terms.key()] {
    const auto self = weak.lock();
    if (!self) return;
    if (const auto found = self->rounds_.find(round); found != self->rounds_.end() && found->second.tally.open()) {
      self->Close(found->second, "deadline");
    }
  });
}

void Root::CloseIfComplete(HeldRound& held) {
  if (held.tally.open() && held.tally.ReachedTarget()) Close(held, "target reached");
}

void Root::Close(HeldRound& held, const std::string& why) {
  const RoundRecord& record = held.tally.record();
  const RoundKey round = record.terms.key();
  RoundOutcome outcome = RoundOutcome::kPartial;
  if (!held.tally.CanReport() || held.tally.counted() == 0) {
    outcome = RoundOutcome::kAborted;
  } else if (held.tally.IsComplete()) {
    outcome = RoundOutcome::kCompleted;
  }
  held.tally.Close(outcome, why, parts_.runtime.Now());
  Changed(held, Duration::zero());
  WhenDurable(round, [this](HeldRound& closed) {
    const RoundRecord& end = closed.tally.record();
    Event(Severity::kInfo, "round_closed",
          {{"round", Show(end.terms.key())},
           {"outcome", OutcomeName(end.outcome)},
           {"reason", end.reason},
           {"counted", closed.tally.counted()}});
    closed.closed = true;
    AnswerWorkers(closed);
    TellControl(closed);
  });
}

void Root::TellControl(HeldRound& held) {
  const RoundRecord& record = held.tally.record();
  const RoundKey round = record.terms.key();
  const auto with_round = [weak = weak_from_this(), round](auto task) {
    const auto self = weak.lock();
    if (!self) return;
    if (const auto found = self->rounds_.find(round); found != self->rounds_.end()) task(*self, found->second);
  };
  parts_.runtime.After(kLedgerGrace,
                       [with_round] { with_round([](Root& root, HeldRound& late) { root.AnswerWaiting(late); }); });
  courier_->Tell({round, record.outcome, held.tally.counted(), record.reason},
                 [with_round](const std::optional<BindCensus>& census) {
                   with_round([&](Root& root, HeldRound& told) { root.Settle(told, census); });
                 });
}

void Root::Settle(HeldRound& held, const std::optional<BindCensus>& census) {
  held.tally.Settle(census);
  const RoundRecord& record = held.tally.record();
  const RoundKey round = record.terms.key();
  if (!LedgerOf(record).Balances()) {
    Event(Severity::kError, "ledger_unbalanced", {{"round", Show(round)}, {"ledger", LedgerJson(LedgerOf(record))}});
  }
  Changed(held, Duration::zero());
  WhenDurable(round, [this](HeldRound& settled) {
    AnswerWaiting(settled);
    ArmRetention(settled.tally.record());
  });
}

Result<Aggregate> Root::Closed(HeldRound& held) {
  if (!held.result) {
    Result<Blob> file = ResultFile(held.tally);
    if (!file) return tl::unexpected(file.error());
    held.result = std::move(*file);
  }
  Aggregate aggregate = Describe(held.tally, true);
  aggregate.tensors = held.result;
  return aggregate;
}

void Root::AnswerWaiting(HeldRound& held) {
  held.answerable = true;
  if (!held.waiting.empty()) held.waiting.AnswerAll(parts_.runtime, Closed(held));
}

void Root::GetAggregate(const RoundKey& round, Duration wait, Done<Aggregate> done) {
  const Result<HeldRound*> found = Find(round);
  if (!found) return Answer(parts_.runtime, std::move(done), tl::unexpected(found.error()));
  HeldRound& held = **found;
  if (held.answerable) return AnswerWhenDurable(round, std::move(done), Closed(held));
  held.waiting.Add(parts_.runtime, wait, std::move(done), [this, &held]() -> Result<Aggregate> {
    if (held.closed) return Closed(held);
    return Describe(held.tally, false);
  });
}

void Root::CloseRound(const RoundKey& round, Done<Aggregate> done) {
  const Result<HeldRound*> found = Find(round);
  if (found && (*found)->tally.open()) Close(**found, "closed by its job");
  GetAggregate(round, kCloseLimit, std::move(done));
}

}  // namespace propius
