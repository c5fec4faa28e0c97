// The devices' side of asynchronous jobs: commits, each applied once and told of when it is durable (guarantees 1.3
// point 10).
#include <algorithm>
#include <utility>

#include "base/event.h"
#include "dataplane/root.h"
#include "dataplane/update_check.h"

namespace propius {
namespace {

// Beyond the time that its work should take, a device may be silent this long before barriers go on without it.
constexpr Duration kPatience = 30s;
// Of a device whose pace is not known yet.
constexpr Duration kFirstWork = 2min;
constexpr Duration kSweepEvery = 1s;

Duration ExpectedTime(const Work& work, const WorkerClock& worker) {
  if (const auto* span = std::get_if<TrainFor>(&work.until)) return span->time * 2;
  if (const auto* steps = std::get_if<TrainSteps>(&work.until); steps != nullptr && worker.step_time > 0us) {
    return worker.step_time * static_cast<Duration::rep>(steps->count) * 3;
  }
  return kFirstWork;
}

std::uint64_t CommitsOf(const ParameterServer& server, WorkerId worker) {
  const auto found = server.workers().find(worker);
  return found == server.workers().end() ? 0 : found->second.commits;
}

}  // namespace

Result<Root::HeldRound*> Root::FindFor(const Ticket& ticket) {
  Result<HeldRound*> found = Find(ticket.round);
  if (!found) return found;
  const HeldRound& held = **found;
  if (held.tally.parameters() == nullptr) {
    return Fail(Code::kFailedPrecondition, Show(ticket.round) + ": expected an asynchronous job, got one with rounds");
  }
  if (ticket.slot.value >= held.tally.record().terms.max_slots) {
    return Fail(Code::kInvalidArgument, Show(ticket.round) + ": expected a slot below " +
                                            std::to_string(held.tally.record().terms.max_slots) + ", got " +
                                            std::to_string(ticket.slot.value));
  }
  return found;
}

CommitAnswer Root::Standing(const HeldRound& held, WorkerId worker, CommitAnswer::State state) const {
  CommitAnswer answer;
  answer.state = held.tally.open() ? state : CommitAnswer::State::kOver;
  const auto written = held.written.commits_of.find(worker);
  answer.commits = written == held.written.commits_of.end() ? 0 : written->second;
  answer.version = held.written.version;
  answer.push = held.tally.parameters()->server().model().push_form();
  if (answer.state == CommitAnswer::State::kOver) answer.reason = held.tally.record().reason;
  return answer;
}

void Root::NoteWritten(HeldRound& held) {
  const SharedParameters& shared = *held.tally.parameters();
  WrittenState& written = held.written;
  if (!written.parameters || written.version != shared.server().version()) {
    written.parameters = nullptr;  // first: the new file then takes the memory of the old one
    written.parameters = held.tally.ParametersFile();
    written.version = shared.server().version();
  }
  written.commits = shared.commits();
  written.steps = shared.steps();
  for (const auto& [id, worker] : shared.server().workers()) written.commits_of[id] = worker.commits;
  for (auto& [id, worker] : held.workers) {
    if (worker.work) worker.written = std::exchange(worker.work, std::nullopt);
  }
}

void Root::StartCommits(HeldRound& held) {
  const RoundKey round = held.tally.record().terms.key();
  // Who was at work before a restart gets as much time again.
  for (const auto& [id, worker] : held.tally.parameters()->server().workers()) {
    if (worker.active) held.workers[id].due = parts_.runtime.Now() + kFirstWork + kPatience;
  }
  ArmTick(held);
  Sweep(round);
}

void Root::ArmTick(HeldRound& held) {
  const std::optional<Time> tick = held.tally.parameters()->server().NextTick();
  if (!tick) return;
  parts_.runtime.At(*tick, [weak = weak_from_this(), round = held.tally.record().terms.key()] {
    const auto self = weak.lock();
    if (!self) return;
    const auto found = self->rounds_.find(round);
    if (found == self->rounds_.end() || !found->second.tally.open()) return;
    found->second.tally.parameters()->server().Tick(self->parts_.runtime.Now());
    self->TakeReleases(found->second, self->options_.persist_after);
    self->ArmTick(found->second);
  });
}

void Root::Sweep(const RoundKey& round) {
  const auto found = rounds_.find(round);
  if (found == rounds_.end() || !found->second.tally.open()) return;
  HeldRound& held = found->second;
  const Time now = parts_.runtime.Now();
  bool left = false;
  for (auto worker = held.workers.begin(); worker != held.workers.end();) {
    const bool silent = worker->second.due <= now && (!worker->second.waiting || !*worker->second.waiting);
    if (!silent) {
      ++worker;
      continue;
    }
    Event(Severity::kInfo, "worker_silent", {{"round", Show(round)}, {"slot", worker->first}});
    held.tally.parameters()->server().Leave(worker->first, now);
    worker = held.workers.erase(worker);
    left = true;
  }
  if (left) TakeReleases(held, options_.persist_after);
  parts_.runtime.After(kSweepEvery, [weak = weak_from_this(), round] {
    if (const auto self = weak.lock()) self->Sweep(round);
  });
}

void Root::TakeReleases(HeldRound& held, Duration within) {
  ParameterServer& server = held.tally.parameters()->server();
  bool waits = false;
  for (const Release& release : server.TakeReleases()) {
    Worker& worker = held.workers[release.worker];
    worker.work = release.work;
    worker.held_back = parts_.runtime.Now() - worker.came;
    worker.due = parts_.runtime.Now() + ExpectedTime(release.work, server.workers().at(release.worker)) + kPatience;
    waits = waits || (worker.waiting && *worker.waiting);
  }
  if (std::exchange(held.seen_changes, server.changes()) != server.changes()) Changed(held, within);
  if (!waits) return;
  WhenDurable(held.tally.record().terms.key(), [this](HeldRound& durable) { AnswerWorkers(durable); });
}

void Root::AnswerWorkers(HeldRound& held) {
  const bool over = !held.tally.open();
  if (over && !held.closed) return;
  for (auto& [id, worker] : held.workers) {
    if (!worker.waiting || !*worker.waiting || (!over && !worker.written)) continue;
    CommitAnswer answer = Standing(held, id, CommitAnswer::State::kWork);
    if (!over) {
      answer.work = *std::exchange(worker.written, std::nullopt);
      if (answer.work.pull) answer.parameters = held.written.parameters;
    }
    Answer(parts_.runtime, std::exchange(*worker.waiting, nullptr), std::move(answer));
  }
}

void Root::AnswerWhenFree(HeldRound& held, WorkerId id, Duration wait, Done<CommitAnswer> done) {
  const RoundKey round = held.tally.record().terms.key();
  Worker& worker = held.workers[id];
  // An older call of the same device: it has sent another since.
  if (worker.waiting && *worker.waiting) {
    AnswerWhenDurable(round, std::exchange(*worker.waiting, nullptr),
                      Standing(held, id, CommitAnswer::State::kWaiting));
  }
  worker.waiting = std::make_shared<Done<CommitAnswer>>(std::move(done));
  worker.due = std::max(worker.due, parts_.runtime.Now() + wait + kPatience);
  parts_.runtime.After(wait, [weak = weak_from_this(), round, id, call = std::weak_ptr(worker.waiting)] {
    const auto self = weak.lock();
    if (!self) return;
    // What it tells of is durable: the update that it sent is known here, but may not be written yet.
    self->WhenDurable(round, [root = self.get(), id, call](HeldRound& held_then) {
      const auto waiting = call.lock();
      if (!waiting || !*waiting) return;
      root->AnswerWorkers(held_then);
      if (!*waiting) return;
      if (!held_then.tally.open()) return;  // its end is being written, and then told
      Answer(root->parts_.runtime, std::exchange(*waiting, nullptr),
             root->Standing(held_then, id, CommitAnswer::State::kWaiting));
    });
  });
  TakeReleases(held, options_.persist_after);
}

void Root::Commit(const Ticket& ticket, const CommitRequest& request, Duration wait, Done<CommitAnswer> done) {
  const Result<HeldRound*> found = FindFor(ticket);
  if (!found) return Answer(parts_.runtime, std::move(done), tl::unexpected(found.error()));
  HeldRound& held = **found;
  const WorkerId id = ticket.slot.value;
  const Time now = parts_.runtime.Now();
  ParameterServer& server = held.tally.parameters()->server();
  const auto answer_now = [&](CommitAnswer answer) {
    AnswerWhenDurable(ticket.round, std::move(done), std::move(answer));
  };
  const auto reject = [&](const std::string& reason) {
    Event(Severity::kInfo, "commit_rejected", {{"round", Show(ticket.round)}, {"slot", id}, {"reason", reason}});
    CommitAnswer answer = Standing(held, id, CommitAnswer::State::kRejected);
    if (answer.state == CommitAnswer::State::kRejected) answer.reason = reason;
    answer_now(std::move(answer));
  };
  if (!held.tally.open()) return answer_now(Standing(held, id, CommitAnswer::State::kOver));

  const std::uint64_t known = CommitsOf(server, id);
  if (request.report.number > known + 1) return answer_now(Standing(held, id, CommitAnswer::State::kGap));
  if (request.report.number == known + 1) {
    if (request.report.version.value_or(0) > server.version()) {
      return reject("version: expected one that was given out, got a later one");
    }
    const auto checked =
        CheckUpdate(*request.update, held.tally.record().manifest, ticket.max_update_bytes, ticket.max_weight);
    if (!checked) return reject(checked.error().reason + ": " + checked.error().detail);
    const auto worker = server.workers().find(id);
    const bool present = worker != server.workers().end() && worker->second.active;
    if (present && worker->second.waiting) {
      AnswerWhenFree(held, id, wait, std::move(done));
      return;
    }
    if (!present) {
      server.Join(id, now);
      TakeReleases(held, options_.persist_after);
    }
    Worker& known_worker = held.workers[id];
    // That it was not told: it has gone on by an earlier one.
    known_worker.work.reset();
    known_worker.written.reset();
    CommitReport report = request.report;
    report.commit_time = std::max(report.commit_time - known_worker.held_back, Duration::zero());
    known_worker.came = now;
    const Result<Receipt> receipt = held.tally.Commit(ticket.slot, report, checked->view, now);
    if (!receipt) return reject(receipt.error().message);
    AnswerWhenFree(held, id, wait, std::move(done));
    CloseIfComplete(held);
    return;
  }
  // Was applied before: it gets its answer again.
  server.Join(id, now);
  AnswerWhenFree(held, id, wait, std::move(done));
}

void Root::Join(const Ticket& ticket, Duration wait, Done<CommitAnswer> done) {
  const Result<HeldRound*> found = FindFor(ticket);
  if (!found) return Answer(parts_.runtime, std::move(done), tl::unexpected(found.error()));
  HeldRound& held = **found;
  const WorkerId id = ticket.slot.value;
  if (!held.tally.open()) {
    return AnswerWhenDurable(ticket.round, std::move(done), Standing(held, id, CommitAnswer::State::kOver));
  }
  held.tally.parameters()->server().Join(id, parts_.runtime.Now());
  AnswerWhenFree(held, id, wait, std::move(done));
}

void Root::Leave(const Ticket& ticket, Done<void> done) {
  const Result<HeldRound*> found = FindFor(ticket);
  if (!found) return Answer(parts_.runtime, std::move(done), tl::unexpected(found.error()));
  HeldRound& held = **found;
  if (held.tally.open()) {
    held.tally.parameters()->server().Leave(ticket.slot.value, parts_.runtime.Now());
    held.workers.erase(ticket.slot.value);
    TakeReleases(held, options_.persist_after);
  }
  AnswerWhenDurable(ticket.round, std::move(done), Status());
}

void Root::GetParameters(const RoundKey& round, Done<ParametersView> done) {
  const Result<HeldRound*> found = Find(round);
  if (!found) return Answer(parts_.runtime, std::move(done), tl::unexpected(found.error()));
  if ((*found)->tally.parameters() == nullptr) {
    return Answer(parts_.runtime, std::move(done),
                  Fail(Code::kFailedPrecondition, Show(round) + ": expected an asynchronous job, got one with rounds"));
  }
  journal_->WhenDurable(round, [weak = weak_from_this(), round, done = std::move(done)] {
    const auto self = weak.lock();
    if (!self) return;
    const auto held = self->rounds_.find(round);
    if (held == self->rounds_.end()) return;
    const SharedParameters& parameters = *held->second.tally.parameters();
    ParametersView view{.round = round,
                        .version = held->second.written.version,
                        .commits = held->second.written.commits,
                        .steps = held->second.written.steps,
                        .workers = 0,
                        .loss = parameters.server().Loss(),
                        .parameters = held->second.written.parameters};
    for (const auto& [id, worker] : parameters.server().workers()) view.workers += worker.active ? 1 : 0;
    Answer(self->parts_.runtime, done, std::move(view));
  });
}

}  // namespace propius
