// The results of a simulation as files, and read back (docs/results.md, propius.simulate/1).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/findings.h"
#include "experiments/run.h"

namespace propius {

struct Simulation {
  std::string version;
  std::vector<FinishedRun> runs;
  std::optional<Findings> findings;
};

std::string SummaryJson(const Simulation& simulation);
// Fails on another schema; a field that is missing has its default.
Result<Simulation> ParseSummary(std::string_view text, const std::string& name);

// One line for every job of every run.
std::string JobsCsv(const std::vector<FinishedRun>& runs);
// Jobs that come and finish, a JSON object in each line, run by run in order of time.
std::string EventLines(const std::vector<FinishedRun>& runs);

}  // namespace propius
