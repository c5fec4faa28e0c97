// How a plan tells devices what to train: the metadata of its safetensors file.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "config/job_file.h"

namespace propius {

// Metadata of the plan of a round: model, local_epochs, batch, learning_rate (of this round), momentum, round.
std::map<std::string, std::string> WriteRecipe(const TrainPlan& train, std::uint32_t round);
// Reads it from a plan; `seed` and `decay` are not part of it.
Result<TrainPlan> ReadRecipe(const std::string& plan);

}  // namespace propius
