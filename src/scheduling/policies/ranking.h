// What policies of one queue share: everyone is admitted, and a key per request says who comes first.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "scheduling/policy.h"

namespace propius {

// One group in ascending order of `key(request)`; the job id settles ties, so that equal inputs give equal plans.
template <typename KeyOf>
Plan RankEveryone(const Snapshot& seen, KeyOf key_of) {
  using Key = decltype(key_of(seen.requests.front()));
  std::vector<std::pair<Key, JobId>> ranking;
  ranking.reserve(seen.requests.size());
  for (const OpenRequest& request : seen.requests) ranking.emplace_back(key_of(request), request.job);
  std::ranges::sort(ranking);

  Plan plan;
  Group& everyone = plan.groups.emplace_back();
  everyone.order.reserve(ranking.size());
  for (const auto& [key, job] : ranking) everyone.order.push_back(job);
  return plan;
}

}  // namespace propius
