// Training without rounds, written on the job library as an outsider would: publishes the initial parameters, looks at
// them now and then while devices commit to them, takes the final ones.
#pragma once

#include "apps/training_job.h"

namespace propius {

// Runs a registered job with [job.sync] until it is over. `sample` judges the parameters at every look.
sdk::Result<void> RunAsynchronous(sdk::Job& job, const JobFile& file, Learner& model, const Digits& sample,
                                  const JobWatch& watch, JobReport& report);

}  // namespace propius
