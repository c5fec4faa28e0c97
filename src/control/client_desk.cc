#include "control/client_desk.h"

#include <algorithm>
#include <utility>

#include "control/client_desk_state.h"
#include "control/offers.h"

namespace propius {
namespace {

// Opening a ticket costs a hash: a device that held one task has one report, some repeats, no more.
constexpr std::size_t kMostReports = 8;

BindState StateOf(TaskOutcome outcome) {
  return outcome == TaskOutcome::kCommitted ? BindState::kReported : BindState::kFailed;
}

}  // namespace

ClientDesk::ClientDesk(Runtime& runtime, JobBook& book, Dispatcher& dispatcher, DeviceWindow& window, Sealer sealer,
                       ClientDeskOptions options)
    : state_(std::make_shared<State>(runtime, book, dispatcher, window, std::move(sealer), std::move(options))) {
  // Posted, so that a desk that is built off its runtime's thread is whole before anything rings.
  runtime.Post([weak = std::weak_ptr(state_)] {
    const auto state = weak.lock();
    if (!state) return;
    state->Rearm();
    state->AgeWindow();
  });
}

ClientDesk::~ClientDesk() = default;

void ClientDesk::OnRoundChanged(std::function<void(const RoundKey&)> listener) {
  state_->listener = std::move(listener);
}

void ClientDesk::CheckIn(DeviceId device, Attributes attributes, std::vector<TaskReport> reports, Done<Greeting> done) {
  if (device.value == 0) {
    return done(Fail(Code::kInvalidArgument, "device_id: expected a number other than 0, got 0"));
  }
  const Time now = state_->runtime.Now();
  state_->window.CheckIn(device, attributes, now);
  const bool settled = state_->Settle(device, reports);
  state_->Answer(settled, state_->Greet(device), std::move(done));
}

void ClientDesk::Ping(DeviceId device, std::vector<TaskReport> reports, Done<Greeting> done) {
  const Time now = state_->runtime.Now();
  if (!state_->window.Touch(device, now)) {
    return done(
        Fail(Code::kNotFound, "device_id: expected a device that is checked in, got one that was not heard for " +
                                  FormatDuration(state_->window.span()) + "; check in"));
  }
  const bool settled = state_->Settle(device, reports);
  state_->Answer(settled, state_->Greet(device), std::move(done));
}

bool ClientDesk::State::Settle(DeviceId device, const std::vector<TaskReport>& reports) {
  for (std::size_t i = 0; i < std::min(reports.size(), kMostReports); ++i) {
    const Binding* held = book.LiveBinding(device);
    if (held == nullptr) return false;
    const Result<Ticket> ticket = sealer.OpenTicket(reports[i].ticket);
    if (!ticket || ticket->device != device || ticket->round != held->round || ticket->slot != held->slot) continue;
    const RoundKey key = held->round;
    const BindState state = StateOf(reports[i].outcome);
    book.SettleBinding(key, held->slot, state);
    if (state == BindState::kFailed) dispatcher.Replan();
    Changed(key);
    return true;
  }
  return false;
}

Greeting ClientDesk::State::Greet(DeviceId device) {
  Greeting greeting;
  const Time now = runtime.Now();
  if (const Binding* held = book.LiveBinding(device)) {
    Renew(*held);
    const Result<Bound> bound = BoundFor(held->round, held->slot, device);
    if (bound) greeting.holding = *bound;
    // Back before the lease ends, even if one message is lost.
    greeting.retry_after = options.lease / 3;
    return greeting;
  }
  if (const Attributes* attributes = window.Find(device, now)) {
    greeting.offers = MakeOffers(dispatcher.lineup(), book, device, *attributes, options.max_offers);
  }
  greeting.retry_after = PaceSteer(window.Size(), options.target_checkins_per_second, options.min_retry,
                                   options.max_retry, runtime.Chance());
  return greeting;
}

void ClientDesk::State::Answer(bool settled, Greeting greeting, Done<Greeting> done) {
  // Offers promise nothing: most greetings need not wait for the disk.
  if (!settled && !greeting.holding) return done(std::move(greeting));
  AnswerWhenDurable<Greeting>(book, weak_from_this(), std::move(greeting), std::move(done));
}

}  // namespace propius
