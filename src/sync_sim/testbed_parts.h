// Virtual time beside real processes, for the screen and the page.
#pragma once

#include <vector>

#include "report/page.h"
#include "sync_sim/run_settings.h"

namespace propius {

bool HasTestbed(const std::vector<SyncRun>& runs);
// How much longer the testbed took than virtual time: 0.03 is 3 %; NaN if one of them did not get there.
double TestbedDifference(const SyncRun& run);
// One row for each run that was on the testbed, too.
Table TestbedTable(const std::vector<SyncRun>& runs);
// Losses of both over time.
Figure TestbedCurves(const std::vector<SyncRun>& runs);

}  // namespace propius
