#include "experiments/slowdown.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace propius {

double AloneSeconds(const RunRecord& record, const JobRecord& job) {
  const auto requirement = static_cast<std::size_t>(job.requirement);
  if (requirement >= record.supply_by_hour.size() || job.rounds == 0) return 0;
  const auto& hours = record.supply_by_hour[requirement];
  const double rate = std::accumulate(hours.begin(), hours.end(), 0.0) / 24 / 3'600;
  if (rate <= 0) return 0;
  const double response = job.collecting_s / (job.rounds + job.aborts);
  return job.rounds * (job.demand / rate + response);
}

double WorstSlowdown(const RunRecord& record, const RunRecord& measure) {
  double worst = 0;
  for (const JobRecord& job : record.jobs) {
    const auto same = std::ranges::find(measure.jobs, job.id, &JobRecord::id);
    if (same == measure.jobs.end()) continue;
    if (job.finish_s < 0) return std::numeric_limits<double>::infinity();
    const double alone = AloneSeconds(measure, *same);
    if (alone > 0) worst = std::max(worst, (job.finish_s - job.start_s) / alone);
  }
  return worst;
}

}  // namespace propius
