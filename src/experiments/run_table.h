// Simulated runs as a table.
#pragma once

#include <string>
#include <vector>

#include "experiments/run.h"
#include "report/page.h"

namespace propius {

// One row for each policy, workload, variant and number of devices; figures are means over the seeds.
Table RunTable(const std::vector<FinishedRun>& runs);
// For a terminal: title, table, caption.
std::string PlainText(const Table& table);

}  // namespace propius
