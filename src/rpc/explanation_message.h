// What the job manager makes of a job's wait, as a message.
#pragma once

#include "control/explanation.h"
#include "propius/v1/job_manager.pb.h"

namespace propius {

v1::ExplainJobResponse ToMessage(const JobExplanation& told);

}  // namespace propius
