// Federated averaging (McMahan et al. 2017, algorithm 1), written on the job library as an outsider would: each round
// publishes the model and takes the weighted mean that comes back as the next one.
#pragma once

#include "apps/training_job.h"

namespace propius {

// Runs every round of a job that is registered. `sample` judges the model after each.
sdk::Result<void> RunFedAvg(sdk::Job& job, const JobFile& file, Learner& model, const Digits& sample,
                            const JobWatch& watch, JobReport& report);

}  // namespace propius
