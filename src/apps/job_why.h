// Why a job waits, in plain sentences.
#pragma once

#include <string>
#include <vector>

#include "propius/jobs.h"

namespace propius {

std::vector<std::string> WhySentences(const sdk::JobExplanation& told);

}  // namespace propius
