// One run in virtual time: many virtual workers on real gradients around one parameter server, which is the object that
// production runs.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "sync/registry.h"
#include "sync_sim/edge_fleet.h"
#include "sync_sim/learning_task.h"
#include "sync_sim/sync_record.h"

namespace propius {

struct TrainingOptions {
  std::string scheme;          // "adsp:rate=4"
  SyncJob job;                 // its goal is the test loss to reach; 0: trains until the limit
  double local_rate = 0.2;     // eta'
  double momentum = 0;         // of the server
  std::string push = "dense";  // or dgc, significant
  EdgeFleet fleet;
  Duration test_every = 5s;
  int hits = 3;  // tests in a row that must meet the goal; the first of them counts
  Duration limit = 40'000s;
  std::uint64_t seed = 1;
};

// Told after each test; false stops the run.
using TrainingWatch = std::function<bool(Duration now, const TestScore& score)>;

// Equal options and tasks give equal records. kInvalidArgument for a scheme, a push filter or a fleet that cannot
// be; kAborted if the watch says so.
Result<SyncRecord> RunTraining(const TrainingOptions& options, LearningTask& task, const TrainingWatch& watch = {});

}  // namespace propius
