#include "workload/run_record.h"

namespace propius {

std::uint32_t RunRecord::finished() const {
  std::uint32_t count = 0;
  for (const JobRecord& job : jobs) count += job.finish_s >= 0 ? 1 : 0;
  return count;
}

double RunRecord::average_jct() const {
  double sum = 0;
  for (const JobRecord& job : jobs) sum += job.finish_s >= 0 ? job.finish_s - job.start_s : 0;
  return finished() > 0 ? sum / finished() : 0;
}

}  // namespace propius
