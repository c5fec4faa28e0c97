#include <string>
#include <utility>

#include "control/client_desk.h"
#include "control/client_desk_state.h"

namespace propius {
namespace {

// A ticket outlives its round by this much: the leaf answers "late" and not "expired" to a device that was just too
// slow.
constexpr Duration kTicketGrace = 5s;
// No device is counted for longer than this after it has aged out (guarantees, G9: 1 s).
constexpr Duration kAgeEvery = 500ms;

}  // namespace

void ClientDesk::Accept(DeviceId device, RoundKey round, std::string nonce, Done<Bound> done) {
  const Result<KeyedCall> call = KeyAccept(device, nonce, round);
  if (!call) return done(tl::unexpected(call.error()));
  const Result<MemoisedReply> reply =
      Once(state_->runtime, state_->book, *call, [&] { return state_->Take(device, round); });
  if (!reply) return done(tl::unexpected(reply.error()));
  if (reply->refusal) {
    return AnswerWhenDurable<Bound>(state_->book, std::weak_ptr(state_), tl::unexpected(*reply->refusal),
                                    std::move(done));
  }
  const Binding* held = state_->book.LiveBinding(device);
  if (held != nullptr && held->round == reply->round && held->slot == reply->slot) state_->Renew(*held);
  AnswerWhenDurable<Bound>(state_->book, std::weak_ptr(state_), state_->BoundFor(reply->round, reply->slot, device),
                           std::move(done));
}

Result<Gist> ClientDesk::State::Take(DeviceId device, const RoundKey& key) {
  const Time now = runtime.Now();
  const Profile* profile = window.Touch(device, now);
  if (profile == nullptr) {
    return Fail(Code::kNotFound, "device_id: expected a device that is checked in; check in");
  }
  const Round* round = book.FindRound(key);
  if (round == nullptr) return Fail(Code::kNotFound, Show(key) + ": expected a round that was requested, found none");
  if (const Binding* held = book.LiveBinding(device)) {
    return Fail(Code::kFailedPrecondition,
                "accept: expected a device without a task, it holds one of " + Show(held->round));
  }
  if (!book.FindJob(key.job)->spec.needs.Admits(profile->attributes)) {
    return Fail(Code::kFailedPrecondition, Show(key) + ": expected a device that meets the public constraints");
  }
  if (book.HadSlot(key, device)) {
    return Fail(Code::kFailedPrecondition, Show(key) + ": expected a device that has had no slot of it");
  }
  if (!round->open()) {
    return Fail(Code::kResourceExhausted,
                Show(key) + ": expected a round that takes devices, it is " + (round->closed() ? "closed" : "full"));
  }

  const DeviceSpeed speed = dispatcher.SpeedOf(*profile);
  if (Status status = dispatcher.MayBind(key, speed); !status) return tl::unexpected(status.error());

  const Binding& binding = book.Bind(key, device, now + options.lease);
  const Slot slot = binding.slot;
  leases.Set(binding.lease_ends, {key, slot});
  dispatcher.Bound(binding, speed);
  if (room) room->Took(device);
  Changed(key);
  return Gist{key, slot};
}

Result<Bound> ClientDesk::State::BoundFor(const RoundKey& key, Slot slot, DeviceId device) const {
  const Round* round = book.FindRound(key);
  if (round == nullptr) return Fail(Code::kNotFound, Show(key) + ": expected a round that is kept, found none");
  const RoundTerms& terms = round->terms;
  Ticket ticket{.tenant = terms.tenant,
                .round = key,
                .slot = slot,
                .group = {},
                .device = device,
                .plan = terms.plan,
                .max_update_bytes = terms.max_update_bytes,
                .max_weight = terms.max_weight,
                .expires = terms.deadline + kTicketGrace,
                .leaf = {}};
  if (terms.sync) {
    ticket.leaf = options.root;
  } else if (!options.leaves.empty()) {
    ticket.group.value = slot.value % static_cast<std::uint32_t>(options.leaves.size());
    ticket.leaf = options.leaves[ticket.group.value];
  }
  return Bound{.round = key,
               .slot = slot,
               .ticket = sealer.Seal(ticket),
               .leaf = ticket.leaf,
               .plan = terms.plan,
               .expires = ticket.expires,
               .lease = options.lease,
               .asynchronous = terms.sync.has_value()};
}

void ClientDesk::State::Renew(const Binding& binding) {
  book.ExtendLease(binding.round, binding.slot, runtime.Now() + options.lease);
}

void ClientDesk::State::OnLease(const Lease& lease) {
  const auto& [key, slot] = lease;
  const Binding* binding = book.FindBinding(key, slot);
  if (binding == nullptr || binding->state != BindState::kLive) return;
  if (binding->lease_ends > runtime.Now()) {
    leases.Set(binding->lease_ends, lease);
    return;
  }
  book.SettleBinding(key, slot, BindState::kExpired);
  dispatcher.Settled(key, slot, BindState::kExpired);
  Changed(key);
}

void ClientDesk::State::Rearm() {
  for (const auto& [id, job] : book.jobs()) {
    const Round* round = book.CurrentRound(id);
    if (round == nullptr || round->closed()) continue;
    for (const Binding* binding : book.BindingsOf(round->terms.key())) {
      if (binding->state != BindState::kLive) continue;
      Renew(*binding);
      leases.Set(binding->lease_ends, {binding->round, binding->slot});
    }
  }
}

void ClientDesk::State::AgeWindow() {
  window.Age(runtime.Now());
  runtime.After(kAgeEvery, [weak = weak_from_this()] {
    if (const auto state = weak.lock()) state->AgeWindow();
  });
}

void ClientDesk::State::RunBatches() {
  room->RunBatch();
  // At the turns of the clock, as the devices are told.
  const Duration into = runtime.Now().time_since_epoch() % options.batch_interval;
  runtime.After(options.batch_interval - into, [weak = weak_from_this()] {
    if (const auto state = weak.lock()) state->RunBatches();
  });
}

void ClientDesk::State::Changed(const RoundKey& key) {
  if (listener) listener(key);
}

}  // namespace propius
