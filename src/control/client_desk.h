// The client manager: check-in, offers, binds (paper section 3.3). One task per device, never more live binds than the
// round has slots; a bind is durable before the device hears of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/runtime.h"
#include "control/dispatcher.h"
#include "control/job_book.h"
#include "control/waiting_room.h"
#include "domain/ticket.h"
#include "store/device_window.h"

namespace propius {

// Whether a device gets its offers when it asks, or from a batch when it asks again (paper section 3.2).
enum class MatchMode { kOnline, kSmallBatch };

struct ClientDeskOptions {
  std::vector<std::string> leaves;  // base URLs; the slot's group is slot mod size
  std::string root;                 // base URL: where asynchronous jobs take their commits
  std::size_t max_offers = 20;
  Duration lease = 30s;  // a device that holds a task is heard from at least this often
  // Pace steering: an empty answer says when to come back, so that about this many devices ask per second.
  double target_checkins_per_second = 1'000;
  Duration min_retry = 1s;
  Duration max_retry = 1min;
  // Small batch: devices wait, and are matched together every interval or when so many have come.
  MatchMode mode = MatchMode::kOnline;
  Duration batch_interval = 1s;
  std::size_t batch_size = 1'000;
};

struct Offer {
  RoundKey round;
  Constraint private_needs;
  bool asynchronous = false;
};

// What a device says of the task it held.
enum class TaskOutcome { kCommitted, kLate, kRejected, kFailed };
struct TaskReport {
  std::string ticket;
  TaskOutcome outcome = TaskOutcome::kFailed;
};

struct Bound {
  RoundKey round;
  Slot slot;
  std::string ticket;
  std::string leaf;
  Digest plan;
  Time expires;
  Duration lease;  // ping at least this often
  bool asynchronous = false;
};

struct Greeting {
  std::vector<Offer> offers;     // best first
  std::optional<Bound> holding;  // the task that the device already holds
  Duration retry_after{};        // when to come back if nothing is taken; always set
};

class ClientDesk {
 public:
  ClientDesk(Runtime& runtime, JobBook& book, Dispatcher& dispatcher, DeviceWindow& window, Sealer sealer,
             ClientDeskOptions options);
  ~ClientDesk();

  // Called after binds of a round changed.
  void OnRoundChanged(std::function<void(const RoundKey&)> listener);

  // CLIENT_CHECKIN. Settles the reports first; unknown or stale ones are ignored. kResourceExhausted: the window is
  // full.
  void CheckIn(DeviceId device, const Attributes& attributes, const std::vector<TaskReport>& reports,
               Done<Greeting> done);
  // CLIENT_PING. Renews the lease of a held task and asks again for offers; kNotFound if the device has aged out.
  void Ping(DeviceId device, const std::vector<TaskReport>& reports, Done<Greeting> done);
  // CLIENT_ACCEPT. `nonce` (1 to 64 printable characters) names this attempt of this device: a repeat gets the first
  // answer. Refused: kNotFound (aged out, unknown round), kFailedPrecondition (holds a task, not eligible),
  // kResourceExhausted (round is full or closed).
  void Accept(DeviceId device, RoundKey round, std::string nonce, Done<Bound> done);

  // Of the small batches; nothing in online mode.
  std::optional<WaitingRoom::Figures> batch_figures() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// When a device that gets nothing should come back (Bonawitz et al. 2019, section 2.3): `population` devices spread
// over enough time for the target rate, jittered by half, within the limits.
Duration PaceSteer(std::int64_t population, double target_per_second, Duration min_retry, Duration max_retry,
                   Rng& chance);

}  // namespace propius
