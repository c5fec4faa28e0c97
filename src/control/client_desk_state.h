// The client manager's parts. For the client_desk*.cc files only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "control/alarms.h"
#include "control/client_desk.h"
#include "control/memo.h"

namespace propius {

struct ClientDesk::State : std::enable_shared_from_this<State> {
  using Lease = std::pair<RoundKey, Slot>;

  State(Runtime& runtime_in, JobBook& book_in, Dispatcher& dispatcher_in, DeviceWindow& window_in, Sealer sealer_in,
        ClientDeskOptions options_in)
      : runtime(runtime_in),
        book(book_in),
        dispatcher(dispatcher_in),
        window(window_in),
        sealer(std::move(sealer_in)),
        options(std::move(options_in)),
        leases(runtime_in, [this](const Lease& lease) { OnLease(lease); }) {
    if (options.mode == MatchMode::kOnline) return;
    room.emplace(runtime, book, dispatcher, window,
                 BatchOptions{options.batch_interval, options.batch_size, options.max_offers});
  }

  // Returns whether a bind changed.
  bool Settle(DeviceId device, const std::vector<TaskReport>& reports);
  Greeting Greet(DeviceId device, const Profile& profile);
  std::vector<Offer> Offers(DeviceId device, const Profile& profile);
  void Answer(bool settled, Greeting greeting, Done<Greeting> done);

  Result<Gist> Take(DeviceId device, const RoundKey& key);
  // The same for the same bind whenever it is asked.
  Result<Bound> BoundFor(const RoundKey& key, Slot slot, DeviceId device) const;
  void Renew(const Binding& binding);

  void OnLease(const Lease& lease);
  // After a restart: live binds get a fresh lease, for their devices could not renew the old one.
  void Rearm();
  // Again and again: a site that nobody calls must not count the devices of yesterday.
  void AgeWindow();
  void RunBatches();
  void Changed(const RoundKey& key);

  Runtime& runtime;
  JobBook& book;
  Dispatcher& dispatcher;
  DeviceWindow& window;
  Sealer sealer;
  ClientDeskOptions options;
  std::function<void(const RoundKey&)> listener;
  Alarms<Lease> leases;
  std::optional<WaitingRoom> room;  // in small-batch mode
};

}  // namespace propius
