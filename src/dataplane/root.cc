#include "dataplane/root.h"

#include <algorithm>
#include <utility>

#include "base/event.h"

namespace propius {
namespace {

// Of one try to tell the control plane.
constexpr Duration kControlLimit = 2s;

}  // namespace

Root::Root(Parts parts, NodeOptions options) : parts_(parts), options_(std::move(options)) {
  const Backoff retry(options_.retry_min, options_.retry_max);
  const auto pack = [this](const RoundKey& round) -> Blob {
    const auto found = rounds_.find(round);
    if (found == rounds_.end()) return nullptr;
    HeldRound& held = found->second;
    if (held.tally.parameters() != nullptr) NoteWritten(held);
    return std::make_shared<const std::string>(held.tally.Pack());
  };
  journal_ = std::make_shared<TallyJournal>(parts_.runtime, parts_.store, pack, retry);
  courier_ = std::make_shared<ClosureCourier>(parts_.runtime, parts_.control, retry, kControlLimit);
  plans_ = std::make_shared<PlanShelf>(
      parts_.runtime, options_.cache, options_.push_timeout,
      [&store = parts_.store](const Digest& digest, Done<Blob> done) { store.LoadPlan(digest, std::move(done)); });
}

Result<std::shared_ptr<Root>> Root::Open(Parts parts, const NodeOptions& options) {
  std::shared_ptr<Root> root(new Root(parts, options));
  if (const Status loaded = root->Load(); !loaded) return tl::unexpected(loaded.error());
  return root;
}

Status Root::Load() {
  Result<std::vector<StoredTally>> stored = parts_.store.LoadTallies();
  if (!stored) return tl::unexpected(stored.error());
  for (const StoredTally& row : *stored) {
    Result<RoundTally> tally = RoundTally::Load(*row.state, parts_.reducers, parts_.runtime.Now());
    if (!tally) return tl::unexpected(tally.error());
    if (tally->record().terms.key() != row.round) {
      return Fail(Code::kDataLoss, "stored round: expected the record of " + Show(row.round) + ", got that of " +
                                       Show(tally->record().terms.key()));
    }
    HeldRound held{std::move(*tally)};
    held.closed = !held.tally.open();
    held.answerable = held.tally.record().settled;
    if (held.tally.parameters() != nullptr) NoteWritten(held);
    rounds_.emplace(row.round, std::move(held));
  }
  return {};
}

void Root::Start() {
  for (auto& [round, held] : rounds_) {
    if (held.tally.open()) {
      ArmDeadline(held.tally.record().terms);
      if (held.tally.parameters() != nullptr) StartCommits(held);
    } else if (held.tally.record().settled) {
      ArmRetention(held.tally.record());
    } else if (held.closed) {  // not one that a call has closed since Open
      parts_.runtime.Post([weak = weak_from_this(), closed = round] {
        const auto self = weak.lock();
        if (!self) return;
        if (const auto found = self->rounds_.find(closed); found != self->rounds_.end()) {
          self->TellControl(found->second);
        }
      });
    }
  }
}

Result<Root::HeldRound*> Root::Find(const RoundKey& round) {
  if (const auto found = rounds_.find(round); found != rounds_.end()) return &found->second;
  // A job has one round after the other: a later one tells that this one is over, also after a restart.
  const auto later = rounds_.upper_bound(round);
  const auto retired = retired_.find(round.job);
  if ((later != rounds_.end() && later->first.job == round.job) ||
      (retired != retired_.end() && round.round <= retired->second)) {
    return Fail(Code::kOutOfRange, Show(round) + ": expected a later round of its job, got one that is no longer kept");
  }
  return Fail(Code::kNotFound, Show(round) + ": expected a round whose plan is published, got an unknown one");
}

void Root::Changed(HeldRound& held, Duration within) {
  held.result = nullptr;
  journal_->Changed(held.tally.record().terms.key(), within);
}

void Root::WhenDurable(const RoundKey& round, std::function<void(HeldRound&)> task) {
  journal_->WhenDurable(round, [weak = weak_from_this(), round, task = std::move(task)] {
    const auto self = weak.lock();
    if (!self) return;
    if (const auto found = self->rounds_.find(round); found != self->rounds_.end()) task(found->second);
  });
}

void Root::ArmRetention(const RoundRecord& record) {
  const auto retire = [weak = weak_from_this(), job = record.terms.job] {
    if (const auto self = weak.lock()) self->RetireOldest(job);
  };
  parts_.runtime.Post(retire);
  parts_.runtime.At(record.closed_at + options_.retention, retire);
  parts_.runtime.At(record.terms.deadline, retire);
}

void Root::RetireOldest(JobId job) {
  const Time now = parts_.runtime.Now();
  std::vector<RoundKey> kept;
  for (auto round = rounds_.lower_bound({job, {}}); round != rounds_.end() && round->first.job == job; ++round) {
    if (round->second.answerable && round->second.tally.record().settled) kept.push_back(round->first);
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const RoundRecord& record = rounds_.at(kept[i]).tally.record();
    const bool over = record.closed_at + options_.retention <= now;
    const bool too_many = kept.size() - i > options_.closed_rounds_per_job;
    // The newest stays until no plan can open it again: a stale message must not, whatever restarts in between.
    const bool needed = i + 1 == kept.size() && record.terms.deadline > now;
    if ((over || too_many) && !needed) Retire(kept[i]);
  }
}

void Root::Retire(const RoundKey& round) {
  const auto found = rounds_.find(round);
  const Digest plan = found->second.tally.record().terms.plan;
  found->second.waiting.AnswerAll(parts_.runtime, Fail(Code::kOutOfRange, Show(round) + ": no longer kept"));
  rounds_.erase(found);
  RoundNumber& highest = retired_[round.job];
  highest = std::max(highest, round.round);
  const bool needed =
      std::ranges::any_of(rounds_, [&](const auto& other) { return other.second.tally.record().terms.plan == plan; });
  if (!needed) journal_->DropPlan(plan);
  journal_->Changed(round, options_.persist_after);
}

}  // namespace propius
