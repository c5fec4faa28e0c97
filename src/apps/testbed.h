// A run of `propius sync` on real processes: one server, a device process for each worker, slowed by sleep, behind a
// slow link, as the ADSP paper's testbed was (section 5.1). It shows whether virtual time tells the truth.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "sync_sim/laboratory.h"
#include "sync_sim/run_settings.h"

namespace propius {

struct TestbedOptions {
  std::filesystem::path folder;  // of this run: store and logs
  std::filesystem::path mnist;
  std::filesystem::path fashion;
  // Told after each test; true stops the run.
  std::function<bool(double time_s, double loss)> stopped;
};

// The workers, from the moment when all are at work until the goal is reached or the limit. kAborted if stopped.
Result<TestbedRecord> RunTestbed(const RunSettings& settings, LearningTask& task, const TestbedOptions& options);

struct TestbedWorkerVerb {
  std::string client_manager;  // host:port
  std::size_t worker = 0;
  RunSettings settings;
  std::filesystem::path mnist;
  std::filesystem::path fashion;
};
// The process of one worker: takes part until SIGTERM; its last line says how it spent its time.
int RunTestbedWorker(const TestbedWorkerVerb& verb);

}  // namespace propius
