// How much longer a job takes than it would alone on the fleet.
#pragma once

#include "workload/run_record.h"

namespace propius {

// The job alone: rounds x (demand / supply + response time), as venn.md 1.6 estimates it, with the supply of its class
// and the response time of its rounds in this run; 0 where the run does not tell.
double AloneSeconds(const RunRecord& record, const JobRecord& job);

// Of the jobs of `record`, the largest JCT over the time alone; infinite if a job did not finish. The times alone are
// those of `measure`, a run of the same jobs. 0 if there is none.
double WorstSlowdown(const RunRecord& record, const RunRecord& measure);

}  // namespace propius
