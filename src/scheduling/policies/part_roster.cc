#include "scheduling/policies/part_roster.h"

#include <algorithm>
#include <utility>

#include "base/rng.h"

namespace propius {

std::uint64_t PartRoster::Draw(JobId job) const {
  Rng of_job(seed_ ^ std::hash<JobId>{}(job));
  return of_job();
}

void PartRoster::Update(std::span<const KnownJob> jobs, std::size_t parts) {
  // No part may have more than `most` jobs, and only so many parts may have as many as that.
  const std::size_t least = jobs.size() / parts;
  const std::size_t most = least + 1;
  std::size_t full_left = jobs.size() % parts;
  std::vector<std::vector<JobId>> members(parts);
  std::vector<JobId> homeless;
  for (const KnownJob& job : jobs) {
    const auto known = part_of_.find(job.job);
    if (known != part_of_.end() && known->second < parts) {
      members[known->second].push_back(job.job);
    } else {
      homeless.push_back(job.job);
    }
  }
  const auto by_draw = [this](JobId a, JobId b) { return std::pair(Draw(a), a) < std::pair(Draw(b), b); };
  std::vector<std::size_t> by_size(parts);
  for (std::size_t part = 0; part < parts; ++part) by_size[part] = part;
  std::ranges::stable_sort(by_size, std::greater<>(), [&](std::size_t part) { return members[part].size(); });
  std::vector<std::size_t> places;
  for (const std::size_t part : by_size) {
    std::vector<JobId>& of_part = members[part];
    std::size_t room = least;
    // The largest keep their odd job, so that the fewest move.
    if (full_left > 0) {
      room = most;
      --full_left;
    }
    std::ranges::sort(of_part, by_draw);
    for (; of_part.size() > room; of_part.pop_back()) homeless.push_back(of_part.back());
    places.insert(places.end(), room - of_part.size(), part);
  }

  Rng chance(seed_ ^ (homeless.empty() ? 0 : Draw(*std::ranges::min_element(homeless))));
  chance.Shuffle(places);
  std::ranges::sort(homeless);
  for (std::size_t i = 0; i < homeless.size(); ++i) members[places[i]].push_back(homeless[i]);
  part_of_.clear();
  for (std::size_t part = 0; part < parts; ++part) {
    for (const JobId job : members[part]) part_of_.emplace(job, part);
  }
}

}  // namespace propius
