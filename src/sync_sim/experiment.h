// The experiments of the ADSP paper, each as runs and what follows from them, beside what the paper has.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/page.h"
#include "sync_sim/study.h"

namespace propius {

struct SyncFindings {
  std::vector<Table> tables;
  std::vector<Figure> figures;
  std::vector<std::string> remarks;
};

struct SyncExperiment {
  std::string name;   // "adsp-convergence"
  std::string title;  // one line
  // The runs, from what the caller has set of model, data, seed and so on. `quick`: fewer and shorter.
  std::function<std::vector<PlannedRun>(const RunSettings& base, bool quick)> plan;
  std::function<SyncFindings(const std::vector<SyncRun>& runs)> conclude;
};

// In the order of docs/experiments.md.
const std::vector<SyncExperiment>& AllSyncExperiments();
// Null for an unknown name.
const SyncExperiment* FindSyncExperiment(const std::string& name);

// The parts of the list above.
SyncExperiment AdspConvergence();
SyncExperiment AdspHeterogeneity();
SyncExperiment AdspDelay();
SyncExperiment AdspScale();
SyncExperiment AdspWaiting();
SyncExperiment AdspCommitRate();
SyncExperiment AdspSearch();
SyncExperiment AdspTuned();
SyncExperiment AdspShift();
SyncExperiment AdspSkew();

// The share of time that ADSP is expected to save by its higher throughput alone, at an equal number of steps: against
// a scheme that commits after `steps` steps of the slowest worker, 1 - 1 / (H (1 + O / (steps t_max)) (1 - rate O /
// Gamma)). With jitter, a barrier waits for the slowest of the slow ones: t_max is the mean of their greatest.
double PredictedSaving(const RunSettings& settings, double steps, double rate);

}  // namespace propius
