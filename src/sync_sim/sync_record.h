// What one run of a synchronisation model showed; one element of `runs` in summary.json (docs/results.md,
// propius.sync/1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace propius {

struct CurvePoint {
  double time_s = 0;
  double loss = 0;
  double accuracy = 0;
};

// How things stood at the end of a check period.
struct SyncCheckpoint {
  double time_s = 0;
  std::uint64_t fewest_commits = 0;  // of a worker, since the start
  std::uint64_t most_commits = 0;
  double knob = -1;  // what the model adapts; -1 if nothing
};

// The same run on real processes and the real clock.
struct TestbedRecord {
  bool reached = false;
  double time_to_target_s = 0;  // as below
  double ended_s = 0;
  std::uint64_t steps = 0;
  std::uint64_t commits = 0;
  double waiting_share = 0;
  double final_loss = 0;
  double final_accuracy = 0;
  double load_before = 0;  // of the machine, mean over a minute
  double load_after = 0;
  std::vector<CurvePoint> curve;
};

struct SyncRecord {
  std::string scheme;  // as asked for
  bool reached = false;
  bool diverged = false;        // the loss is no number any more, or beyond all measure
  double time_to_target_s = 0;  // first of the hits in a row; if not reached, when the run ended
  double ended_s = 0;
  std::uint64_t steps = 0;  // mini-batches that went into commits
  std::uint64_t steps_to_target = 0;
  std::uint64_t commits = 0;
  double busy_share = 0;     // of the workers' time
  double waiting_share = 0;  // the rest: commits on their way, and standing still
  double blocked_share = 0;  // of that, what the model made them wait
  double final_loss = 0;
  double final_accuracy = 0;
  std::vector<std::uint64_t> commits_per_worker;
  std::vector<std::uint64_t> steps_per_worker;
  std::uint64_t widest_gap = 0;  // of the workers' clocks, at any instant
  double sent_share = 1;         // of the values, where a push filter keeps some back
  double server_gain = 1;
  double implicit_momentum = 0;  // a diagnostic: sync/momentum.h
  std::vector<std::string> warnings;
  std::vector<CurvePoint> curve;
  std::vector<SyncCheckpoint> checkpoints;
  std::optional<TestbedRecord> testbed;
};

}  // namespace propius
