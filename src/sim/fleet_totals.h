// What policies are told of how long jobs are. A job registers with room for every round that fails, for the job
// manager counts those too; its owner knows how many it needs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "scheduling/policy.h"

namespace propius {

struct ToldRounds {
  std::uint32_t wanted = 1;  // good ones
  std::uint32_t done = 0;
};

// `policy`, shown the jobs with these numbers in place of the registered ones.
std::unique_ptr<Policy> MakeToldPolicy(std::unique_ptr<Policy> policy, std::function<ToldRounds(JobId)> told);

}  // namespace propius
