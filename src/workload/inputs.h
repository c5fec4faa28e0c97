// A workload's parts from files, in the formats of data/venn. Every file may be gzipped. Errors name file and line.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workload/workload.h"

namespace propius {

// Columns ID,start,end (seconds), in any order, others ignored; sorted by start if they are not. Sixteen bytes each.
Result<std::shared_ptr<const SessionTrace>> ReadSessions(const std::string& path);

// Columns computation (ms) and communication (kbps), both above 0.
Result<std::vector<Fleet::Capacity>> ReadCapacities(const std::string& path);

// Column mask: bit k-1 is requirement class k.
Result<std::vector<std::uint8_t>> ReadEligibility(const std::string& path);

// Columns id,start,rounds,participants,deadline,min_fraction,workload,comm,requirement; times in seconds.
Result<std::vector<ArrivingJob>> ReadJobs(const std::string& path);
// The same from text; `what` names it in messages.
Result<std::vector<ArrivingJob>> ParseJobs(std::string_view text, const std::string& what);

}  // namespace propius
