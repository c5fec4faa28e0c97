#include "propius/client.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/event.h"
#include "base/real_runtime.h"
#include "sdk/commit_loop.h"
#include "sdk/decide.h"
#include "sdk/device_task.h"
#include "sdk/failure.h"
#include "sdk/retry.h"

namespace propius::sdk {
namespace {

using std::chrono::milliseconds;

// Check-in and accept are tried again for this many call timeouts: a server that restarts is back by then.
constexpr int kCallsOfPatience = 3;
constexpr Duration kFarewellLimit = 2s;
// A greeting that forgot to set the pace must not make us hammer the server.
constexpr milliseconds kShortestPause{50};
constexpr BackoffPace kUnreachable{.first = 1s, .longest = 30s};

v1::TaskOutcome OutcomeOf(TaskEnd end) {
  switch (end) {
    case TaskEnd::kCommitted:
      return v1::TASK_OUTCOME_COMMITTED;
    case TaskEnd::kLate:
      return v1::TASK_OUTCOME_LATE;
    case TaskEnd::kRejected:
      return v1::TASK_OUTCOME_REJECTED;
    case TaskEnd::kNone:
    case TaskEnd::kFailed:
      break;
  }
  return v1::TASK_OUTCOME_FAILED;
}

TaskOffer ReadOffer(const v1::Offer& message) {
  TaskOffer offer{message.round().job_id(), message.round().round(), {}};
  for (const v1::Attribute& bound : message.private_constraint()) {
    // A name given twice is bound by the higher one.
    const auto [entry, fresh] = offer.private_constraint.emplace(bound.name(), bound.value());
    if (!fresh) entry->second = std::max(entry->second, bound.value());
  }
  return offer;
}

std::uint64_t DrawDeviceId(Rng& chance) {
  std::uint64_t id = 0;
  while (id == 0) id = chance();
  return id;
}

}  // namespace

struct Client::State {
  explicit State(ClientOptions given)
      : options(std::move(given)),
        chance(SeedFromSystem()),
        id(options.device_id != 0 ? options.device_id : DrawDeviceId(chance)),
        session(options.client_manager, id, options.public_attributes),
        gate(options.call_timeout) {}

  propius::Result<v1::Greeting> CheckIn();
  // The task taken, or why there is none.
  propius::Result<v1::Assignment> TakeOne(const v1::Greeting& greeting);
  TaskSummary Work(const v1::Assignment& assignment, const TrainHook& train);
  // Tells how the task ended, so that the server need not wait for the next check-in to know.
  void SayFarewell(TaskSummary& summary);

  ClientOptions options;
  Rng chance;
  const std::uint64_t id;
  DeviceSession session;
  CallGate gate;
  Fetcher fetcher;
  const std::shared_ptr<StopSignal> stop = std::make_shared<StopSignal>();
  TaskReports unsettled;  // sent with every check-in until one is answered
};

propius::Result<v1::Greeting> Client::State::CheckIn() {
  RetryBackoff backoff({}, chance.Fork());
  auto greeting = CallWithRetry(backoff, kCallsOfPatience * options.call_timeout, *stop,
                                [this] { return session.CheckIn(gate, unsettled); });
  if (greeting) unsettled.clear();
  return greeting;
}

propius::Result<v1::Assignment> Client::State::TakeOne(const v1::Greeting& greeting) {
  std::vector<TaskOffer> offers;
  for (const v1::Offer& offer : greeting.offers()) {
    // A hook that trains once has no commits to send: such tasks are for those who can go on and on.
    if (!offer.asynchronous() || options.train_span) offers.push_back(ReadOffer(offer));
  }
  if (offers.empty()) return Fail(Code::kNotFound, "nothing was offered");

  RetryBackoff backoff({}, chance.Fork());
  std::string refusal = "no offer was chosen";
  while (const std::optional<std::size_t> chosen = Decide(options.decide, offers, options.private_attributes)) {
    v1::RoundKey round;
    round.set_job_id(offers[*chosen].job_id);
    round.set_round(offers[*chosen].round);
    const std::string nonce = ToHex(SecretFromSystem());
    auto answer = CallWithRetry(backoff, kCallsOfPatience * options.call_timeout, *stop,
                                [&] { return session.Accept(gate, round, nonce); });
    if (answer) return answer;
    const Code code = answer.error().code;
    if (code != Code::kResourceExhausted && code != Code::kFailedPrecondition && code != Code::kNotFound) return answer;
    refusal = answer.error().message;
    offers.erase(offers.begin() + static_cast<std::ptrdiff_t>(*chosen));
  }
  return Fail(Code::kNotFound, refusal);
}

TaskSummary Client::State::Work(const v1::Assignment& assignment, const TrainHook& train) {
  const Time began = RealNow();
  TaskSummary summary;
  summary.job_id = assignment.round().job_id();
  summary.round = assignment.round().round();
  if (assignment.asynchronous() && !options.train_span) {
    summary.end = TaskEnd::kFailed;
    summary.reason = "expected a task of one round, got one of an asynchronous job";
  } else if (const auto held = ReadAssignment(assignment, began)) {
    const TaskTools tools{session, fetcher, stop, options.call_timeout, options.upload_patience};
    TaskResult result = assignment.asynchronous() ? RunCommits(tools, *held, options.train_span, chance)
                                                  : RunTask(tools, *held, train, chance);
    summary.end = result.end;
    summary.reason = std::move(result.reason);
  } else {
    summary.end = TaskEnd::kFailed;
    summary.reason = held.error().message;
  }
  summary.busy = std::chrono::duration_cast<milliseconds>(RealNow() - began);

  v1::TaskReport report;
  report.set_ticket(assignment.ticket());
  report.set_outcome(OutcomeOf(summary.end));
  unsettled.push_back(std::move(report));
  return summary;
}

void Client::State::SayFarewell(TaskSummary& summary) {
  // Not the client's own gate: a stop has closed that, and a task that is given back now can be another device's.
  CallGate last_words(std::min<Duration>(options.call_timeout, kFarewellLimit));
  const auto greeting = session.Ping(last_words, unsettled);
  if (!greeting) return;
  unsettled.clear();
  summary.retry_after = milliseconds(greeting->retry_after_ms());
}

Client::Client(ClientOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;

std::uint64_t Client::id() const { return state_->id; }

void Client::SetPrivateAttribute(const std::string& name, double value) {
  state_->options.private_attributes[name] = value;
}

Result<TaskSummary> Client::RunOnce(const TrainHook& train) {
  const auto greeting = state_->CheckIn();
  if (!greeting) return PublicFailure(greeting);

  const milliseconds retry_after(greeting->retry_after_ms());
  auto assignment =
      greeting->has_holding() ? propius::Result<v1::Assignment>(greeting->holding()) : state_->TakeOne(*greeting);
  if (!assignment) {
    if (assignment.error().code != Code::kNotFound) return PublicFailure(assignment);
    return TaskSummary{.reason = assignment.error().message, .retry_after = retry_after};
  }
  TaskSummary summary = state_->Work(*assignment, train);
  summary.retry_after = retry_after;
  state_->SayFarewell(summary);
  return summary;
}

void Client::Run(const TrainHook& train, const std::function<void(const TaskSummary&)>& after) {
  RetryBackoff backoff(kUnreachable, state_->chance.Fork());
  std::string complaint;  // told once, not at every try
  while (!state_->stop->raised()) {
    const Result<TaskSummary> summary = RunOnce(train);
    if (!summary) {
      if (summary.error().message != complaint && summary.error().code != CodeName(Code::kAborted)) {
        complaint = summary.error().message;
        Event(Severity::kWarning, "round_not_tried", {{"code", summary.error().code}, {"reason", complaint}});
      }
      state_->stop->WaitFor(backoff.Next());
      continue;
    }
    backoff.Reset();
    complaint.clear();
    if (after) after(*summary);
    state_->stop->WaitFor(std::max(summary->retry_after, kShortestPause));
  }
}

void Client::Stop() {
  // Raised last, and held by us: once Run has seen it, the client may be gone.
  const std::shared_ptr<StopSignal> stop = state_->stop;
  state_->gate.Close();
  stop->Raise();
}

}  // namespace propius::sdk
