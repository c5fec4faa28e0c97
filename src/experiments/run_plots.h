// The plots of simulated runs that the papers show.
#pragma once

#include <vector>

#include "experiments/run.h"
#include "report/page.h"

namespace propius {

// Those that the runs have data for: JCT by policy and workload, its distribution, scheduling delay against collection
// time, utilisation and throughput against the number of devices, supply by hour.
std::vector<Figure> RunFigures(const std::vector<FinishedRun>& runs);

}  // namespace propius
