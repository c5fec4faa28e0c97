// The results of a study as files and as a page (docs/results.md, propius.sync/1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/page.h"
#include "sync_sim/experiment.h"

namespace propius {

struct SyncStudy {
  std::string version;
  const SyncExperiment* experiment = nullptr;  // null: schemes side by side
  std::vector<SyncRun> runs;
};

// summary.json.
std::string SyncSummaryJson(const SyncStudy& study);
// curves.csv: run,group,scheme,time_s,loss,accuracy
std::string SyncCurvesCsv(const std::vector<SyncRun>& runs);
// checkpoints.csv: run,group,scheme,time_s,fewest_commits,most_commits,knob
std::string SyncCheckpointsCsv(const std::vector<SyncRun>& runs);

// One row per run, for the screen and the page.
Table SyncRunTable(const std::vector<SyncRun>& runs);
Page SyncPage(const SyncStudy& study);
// A page's table for a terminal, with its title and its caption.
std::string TerminalText(const Table& table);

}  // namespace propius
