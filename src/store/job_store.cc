#include "store/job_store.h"

namespace propius {

bool JobChanges::empty() const {
  return jobs.empty() && rounds.empty() && bindings.empty() && replies.empty() && removed_jobs.empty() &&
         removed_bindings.empty() && removed_replies.empty() && next_job == JobId{};
}

}  // namespace propius
