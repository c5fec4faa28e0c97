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
    if (state->room) state->RunBatches();
  });
}

ClientDesk::~ClientDesk() = default;

void ClientDesk::OnRoundChanged(std::function<void(const RoundKey&)> listener) {
  state_->listener = std::move(listener);
}

void ClientDesk::CheckIn(DeviceId device, const Attributes& attributes, const std::vector<TaskReport>& reports,
                         Done<Greeting> done) {
  if (device.value == 0) {
    return done(Fail(Code::kInvalidArgument, "device_id: expected a number other than 0, got 0"));
  }
  const Time now = state_->runtime.Now();
  if (const Status room = state_->window.Admit(device, attributes, now); !room) {
    return done(tl::unexpected(room.error()));
  }
  const Profile& profile = state_->window.CheckIn(device, attributes, now);
  state_->dispatcher.CheckedIn(profile);
  const bool settled = state_->Settle(device, reports);
  state_->Answer(settled, state_->Greet(device, profile), std::move(done));
}

void ClientDesk::Ping(DeviceId device, const std::vector<TaskReport>& reports, Done<Greeting> done) {
  const Profile* profile = state_->window.Touch(device, state_->runtime.Now());
  if (profile == nullptr) {
    return done(
        Fail(Code::kNotFound, "device_id: expected a device that is checked in, got one that was not heard for " +
                                  FormatDuration(state_->window.span()) + "; check in"));
  }
  const bool settled = state_->Settle(device, reports);
  state_->Answer(settled, state_->Greet(device, *profile), std::move(done));
}

bool ClientDesk::State::Settle(DeviceId device, const std::vector<TaskReport>& reports) {
  for (std::size_t i = 0; i < std::min(reports.size(), kMostReports); ++i) {
    const Binding* held = book.LiveBinding(device);
    if (held == nullptr) return false;
    const Result<Ticket> ticket = sealer.OpenTicket(reports[i].ticket);
    if (!ticket || ticket->device != device || ticket->round != held->round || ticket->slot != held->slot) continue;
    const RoundKey key = held->round;
    const Slot slot = held->slot;
    const BindState state = StateOf(reports[i].outcome);
    book.SettleBinding(key, slot, state);
    dispatcher.Settled(key, slot, state);
    Changed(key);
    return true;
  }
  return false;
}

Greeting ClientDesk::State::Greet(DeviceId device, const Profile& profile) {
  Greeting greeting;
  if (const Binding* held = book.LiveBinding(device)) {
    Renew(*held);
    const Result<Bound> bound = BoundFor(held->round, held->slot, device);
    if (bound) greeting.holding = *bound;
    // Back before the lease ends, even if one message is lost.
    greeting.retry_after = options.lease / 3;
    return greeting;
  }
  // What a window of no span holds is gone before it can be accepted.
  if (window.span() > 0us) greeting.offers = Offers(device, profile);
  greeting.retry_after = PaceSteer(window.Size(), options.target_checkins_per_second, options.min_retry,
                                   options.max_retry, runtime.Chance());
  if (room) greeting.retry_after = room->ComeBackIn(device, greeting.retry_after);
  return greeting;
}

std::vector<Offer> ClientDesk::State::Offers(DeviceId device, const Profile& profile) {
  if (!room) return MakeOffers(dispatcher, book, device, profile, options.max_offers);
  std::vector<Offer> offers;
  for (const RoundKey& key : room->Ask(device)) {
    const JobSpec& spec = book.FindJob(key.job)->spec;
    offers.push_back({key, spec.private_needs, spec.sync.has_value()});
  }
  return offers;
}

std::optional<WaitingRoom::Figures> ClientDesk::batch_figures() const {
  return state_->room ? std::optional(state_->room->figures()) : std::nullopt;
}

void ClientDesk::State::Answer(bool settled, Greeting greeting, Done<Greeting> done) {
  // Offers promise nothing: most greetings need not wait for the disk.
  if (!settled && !greeting.holding) return done(std::move(greeting));
  AnswerWhenDurable<Greeting>(book, weak_from_this(), std::move(greeting), std::move(done));
}

}  // namespace propius
