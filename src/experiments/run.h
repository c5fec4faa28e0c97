// One simulated run, before and after: what was asked, and what it showed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "workload/run_record.h"

namespace propius {

enum class EventRules {
  kProduction,  // the production desks on virtual time
  kReleased,    // the event rules of the simulator that Venn's authors released (venn.md 3.6)
};
std::string_view RulesName(EventRules rules);

// How jobs of a built-in list are changed before a run.
struct JobListChanges {
  double participants = 1;  // factors; a job keeps at least one of each
  double rounds = 1;
  double arrivals = 1;                         // of the arrival times: 70 is a steady stream
  std::optional<std::uint64_t> drawn_again{};  // templates and arrivals drawn with this seed
  int biased_to = 0;                           // requirement class that most jobs have, drawn with the run's seed
  std::uint32_t at_most = 0;                   // jobs; 0: all
  // What owners say of their rounds: so many times the truth, and by job another 2^U(-s, s) times of it, drawn with the
  // run's seed.
  double stated_factor = 1;
  double stated_spread = 0;

  friend bool operator==(const JobListChanges&, const JobListChanges&) = default;
};

// Where devices come from; "" and 0 mean generated, as venn.md 3.5 has it.
struct DevicesAsked {
  std::string checkins{};     // CSV of sessions
  std::string capacity{};     // CSV
  std::string eligibility{};  // CSV of class masks, or of public attributes
  std::uint32_t devices = 0;
  double rate = 0;  // check-ins per second
  double days = 0;  // length of the trace; 0: the generator repeats five days as often as needed

  friend bool operator==(const DevicesAsked&, const DevicesAsked&) = default;
};

struct RunAsked {
  std::string policy{};    // as ParsePolicyChoice reads it
  std::string workload{};  // a built-in list, or the name of `jobs`
  std::string jobs{};      // a file of jobs; "": the built-in list `workload`
  std::uint64_t seed = 1;  // of the trace, if that is generated, and of every draw
  std::string variant{};   // what an experiment tells runs apart by
  EventRules rules = EventRules::kProduction;
  std::string mode = "online";               // or small_batch
  std::optional<Duration> dispatch_delay{};  // released rules; none: U(0, 2) s
  bool strict = false;                       // a good round needs its whole share of results
  double speed_noise = 0;   // released rules: sigma of the log-normal error of the device speed that policies see
  bool speed_known = true;  // released rules; otherwise devices state no speed
  Duration latency{};       // production rules: one way, between devices and desks
  double loss = 0;          // production rules: of each message, which is sent again after a time
  JobListChanges changes{};
  DevicesAsked devices{};
  std::uint32_t population = 0;         // > 0: the Propius paper's set-up with so many devices that are always there
  std::uint32_t population_rounds = 0;  // of each job there
};

struct FinishedRun {
  RunAsked asked;
  RunRecord record;
};

// From any thread; the share of the run that is done, 0 to 1. False gives the run up.
using RunProgress = std::function<bool(double share)>;
// Called from several threads at once.
using Simulate = std::function<Result<RunRecord>(const RunAsked&, const RunProgress&)>;

std::uint32_t Unfinished(const RunRecord& record);

}  // namespace propius
