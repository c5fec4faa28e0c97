// Reads the parameters of an asynchronous job at the root.
#pragma once

#include "fetch/fetch.h"
#include "propius/job.h"
#include "propius/v1/job_manager.pb.h"

namespace propius {

// One call. kNotFound until the plan is there.
Result<sdk::SharedParameters> FetchParameters(Fetcher& fetcher, std::uint64_t job,
                                              const v1::RequestRoundResponse& grant, Duration timeout);

}  // namespace propius
