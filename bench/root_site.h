// A root behind its HTTP server, with one asynchronous job that never ends.
#pragma once

#include <filesystem>

#include "bench/forked_server.h"
#include "domain/round.h"
#include "domain/safetensors.h"

namespace propius {

// The one round of the job: model "asp" for so many devices, from `plan`.
RoundTerms EndlessTraining(const Blob& plan, std::uint32_t devices, Time now);

// With the store that production has, in `file`; with one in memory if that is empty.
ForkedServer::Running StartRoot(const RoundTerms& terms, const Blob& plan, const std::filesystem::path& file);

}  // namespace propius
