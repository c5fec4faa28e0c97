// A round of a job in the control plane, the binds that fill it, and the ledger that must balance at its end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/bitmap.h"
#include "base/time.h"
#include "domain/job.h"

namespace propius {

// SHA-256 of a plan, 32 bytes.
using Digest = std::string;

enum class RoundOutcome { kOpen, kCompleted, kPartial, kAborted };
std::string_view OutcomeName(RoundOutcome outcome);
Result<RoundOutcome> ParseOutcome(std::string_view name);

// What the owner of a round was granted. Sealed with the cluster's key it is the round token: all that the data plane
// needs to open the round, so data plane and control plane share no store.
struct RoundTerms {
  TenantId tenant;
  JobId job;
  RoundNumber round;
  std::uint32_t demand = 0;     // D
  std::uint32_t slots = 0;      // D', live at one time
  std::uint32_t target = 0;     // committed contributions that complete the round
  std::uint32_t max_slots = 0;  // slot numbers are below this; binds that replace lost ones take new numbers
  Time deadline;
  Digest plan;
  ReducerSpec reducer;
  std::uint64_t max_update_bytes = 0;
  double max_weight = 0;
  std::optional<SyncSpec> sync{};  // of an asynchronous job; target is then its commits, 0 for none

  RoundKey key() const { return {job, round}; }
  friend bool operator==(const RoundTerms&, const RoundTerms&) = default;
};

enum class BindState {
  kLive,      // the device holds the task
  kReported,  // the device says that its contribution is committed
  kFailed,    // the device gave the task back
  kExpired,   // the lease ran out
  kEnded,     // live when the round closed
};

// One device for one slot of one round; durable before the device hears of it.
struct Binding {
  RoundKey round;
  Slot slot;
  DeviceId device;
  BindState state = BindState::kLive;
  Time bound_at;
  Time lease_ends;

  friend bool operator==(const Binding&, const Binding&) = default;
};

// The control plane's half of a closed round. granted = returned + bound + stranded.
struct BindCensus {
  std::uint32_t granted = 0;   // slots that the allocator gave to client managers
  std::uint32_t returned = 0;  // of them, unspent
  std::uint32_t bound = 0;     // of them, bound to a device: slots 0 … bound-1 once every manager has closed
  std::uint32_t stranded = 0;  // of them, with a manager that was lost
  Bitmap failed;               // bound slots that their device gave back
  Bitmap expired;              // bound slots whose lease ran out

  friend bool operator==(const BindCensus&, const BindCensus&) = default;
};

// What became of every slot of a round; returned to the job.
struct Ledger {
  std::uint32_t granted = 0;
  std::uint32_t returned = 0;
  std::uint32_t bound = 0;
  std::uint32_t stranded = 0;
  std::uint32_t counted = 0;
  std::uint32_t late = 0;
  std::map<std::string, std::uint32_t> rejected;  // by reason
  std::map<std::string, std::uint32_t> lost;      // by cause: failed, lease_expired, unfinished
  bool final = false;  // the control plane's half is in; before, bound is only what the data plane has seen

  // granted = returned + bound + stranded, and bound = counted + rejected + late + lost (guarantees 1.1).
  bool Balances() const;
  friend bool operator==(const Ledger&, const Ledger&) = default;
};

// A round in the job database.
struct Round {
  RoundTerms terms;
  Time requested_at;
  std::optional<Time> filled_at;  // first time that all slots were bound, or when allocation was ended
  std::optional<Time> closed_at;
  bool allocation_ended = false;  // by EndRequest
  std::uint32_t issued = 0;       // next slot number
  std::uint32_t live = 0;         // binds that are live or reported
  std::uint32_t reported = 0;     // of them, reported committed by their device
  std::uint32_t failed = 0;
  std::uint32_t expired = 0;
  std::uint32_t counted = 0;  // known when closed
  RoundOutcome outcome = RoundOutcome::kOpen;
  std::string reason;  // why it closed

  bool closed() const { return closed_at.has_value(); }
  // May more devices be bound?
  bool open() const { return !closed() && !allocation_ended && live < terms.slots && issued < terms.max_slots; }
  friend bool operator==(const Round&, const Round&) = default;
};

// The data plane tells the control plane that a round is over.
struct RoundClosure {
  RoundKey round;
  RoundOutcome outcome = RoundOutcome::kAborted;
  std::uint32_t counted = 0;
  std::string reason;
};

}  // namespace propius
