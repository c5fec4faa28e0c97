// What must hold in every simulated run (guarantees 1.2 and 4.5): sees what became durable and what jobs and devices
// were told, and notes a violation where the two do not fit.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/client_desk.h"
#include "control/job_desk.h"
#include "dataplane/node.h"
#include "sim/history.h"
#include "store/job_store.h"

namespace propius {

struct OracleOptions {
  // How long a server may have been up after a deadline before the round must be over there.
  Duration root_grace = 5s;
  Duration control_grace = 7s;  // its own wait for the data plane, and the commit
  // How much longer than its span the window may hold a silent device.
  Duration window_grace = 1s;
};

class Oracle {
 public:
  // For how long a process could work since an instant.
  using Uptime = std::function<Duration(Time)>;

  Oracle(const Runtime& world, History& history, OracleOptions options)
      : world_(world), history_(history), options_(options) {}
  void Watch(Uptime control, Uptime root);

  // The control plane's disk has changed.
  void Durable(const JobChanges& changes);
  // The root tells the control plane that a round is over.
  void RootClosed(const RoundClosure& closure);

  void JobGranted(const RoundGrant& grant);
  // A job has its answer, or another reading of it.
  void JobTold(const Aggregate& aggregate);
  // The root no longer has it, or never had its plan.
  void RootForgot(RoundKey round) { rounds_[round].forgotten = true; }
  // A device's call is being served; the window holds so many devices.
  void Heard(DeviceId device) { heard_[device] = world_.Now(); }
  void CheckWindow(std::int64_t size, Duration span);
  // The watch of this number was called.
  void Watched(RoundKey round, std::uint64_t watch, bool closed);
  void DeviceBound(DeviceId device, const Bound& bound);
  // `spoilt`: the update was one that must be rejected.
  void DeviceTold(DeviceId device, const Ticket& ticket, UploadState state, const std::string& reason, bool spoilt);

  // A round from whose request on nothing goes wrong: it must fill wholly and every device of it must hear so.
  void ExpectCalm(RoundKey round) { calm_.insert(round); }
  // Rounds whose final result no job has read, for a last reading.
  std::vector<RoundGrant> Unread() const;
  // When the run is over: what should have ended has, what was promised was kept.
  void Finish();

  std::uint64_t binds() const { return binds_; }
  std::uint64_t rounds() const { return rounds_.size(); }
  std::uint64_t counted() const { return counted_; }
  std::uint64_t told_committed() const { return told_committed_; }
  std::uint64_t told_late() const { return told_late_; }
  std::uint64_t told_rejected() const { return told_rejected_; }
  std::map<std::string, std::uint64_t> outcomes() const;

 private:
  struct RoundRecord {
    std::optional<RoundTerms> terms;
    std::map<std::uint32_t, DeviceId> owners;  // of the slots ever issued
    std::set<std::uint32_t> live;              // live or reported
    std::set<std::uint32_t> told_committed;
    std::set<std::uint32_t> told_rejected;
    std::set<std::uint32_t> told_late;
    std::set<std::uint32_t> spoilt;
    std::optional<RoundGrant> grant;
    bool forgotten = false;
    bool closed_in_control = false;
    RoundOutcome control_outcome = RoundOutcome::kOpen;
    std::optional<RoundClosure> root_closure;
    std::optional<std::set<std::uint32_t>> contributors;
    std::optional<Aggregate> result;
  };
  void CheckBinding(const Binding& binding);
  void CheckRound(const Round& round);
  void CheckResult(RoundRecord& record, const Aggregate& aggregate);
  void CheckLedger(const RoundRecord& record, const Aggregate& aggregate);
  void CheckPromises(const RoundKey& key, const RoundRecord& record);
  void CheckCalm(const RoundKey& key, const RoundRecord& record);
  void Violation(const RoundKey& round, const std::string& what);

  const Runtime& world_;
  History& history_;
  OracleOptions options_;
  Uptime control_up_;
  Uptime root_up_;
  std::map<RoundKey, RoundRecord> rounds_;
  std::map<DeviceId, std::set<std::pair<RoundKey, std::uint32_t>>> holds_;
  std::map<DeviceId, Time> heard_;
  std::set<std::uint64_t> over_;  // watches
  std::set<RoundKey> calm_;
  std::uint64_t binds_ = 0;
  std::uint64_t counted_ = 0;
  std::uint64_t told_committed_ = 0;
  std::uint64_t told_late_ = 0;
  std::uint64_t told_rejected_ = 0;
};

}  // namespace propius
