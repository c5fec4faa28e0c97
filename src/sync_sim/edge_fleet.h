// Workers that are unlike in speed, behind links that cost time, in front of a server that takes one commit after
// another.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "base/rng.h"
#include "base/time.h"

namespace propius {

// From some instant on, the last workers (the slow ones stand last) take this many times as long for a step.
struct SpeedChange {
  Duration at{};
  std::size_t workers = 0;
  double factor = 1;
};

struct EdgeFleet {
  std::vector<Duration> step_times;    // of a mini-batch of the job's size, mean, by worker
  double jitter = 0.1;                 // standard deviation of a step's time over its mean
  std::vector<Duration> commit_times;  // round trip of a commit without waiting: half there, half back; by worker
  Duration server_time{};              // of one commit, during which the others queue
  std::vector<SpeedChange> changes;    // in order of time

  std::size_t size() const { return step_times.size(); }
  // One step's time as drawn: at least a tenth of its mean.
  Duration DrawStep(std::size_t worker, Duration since_start, double batch_share, Rng& chance) const;
};

// mean(v) / min(v), v steps per second (ADSP, section 5.2).
double Heterogeneity(const std::vector<Duration>& step_times);

// Three kinds of workers: of 18, 4 take 0.5 s for a step, 7 take 0.6 s, and 7 are as slow as the wanted heterogeneity
// asks for; at 1, all take 0.6 s. kInvalidArgument where the slow ones would have to be faster than the others.
Result<std::vector<Duration>> StepTimesFor(std::size_t workers, double heterogeneity);
// How many of them are the slow ones, which stand last.
std::size_t SlowWorkers(std::size_t workers);

}  // namespace propius
