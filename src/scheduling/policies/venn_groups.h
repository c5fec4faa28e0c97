// Who waits with whom: the jobs that the same devices serve, as far as devices were seen (Venn section 4.1).
#pragma once

#include <cstdint>
#include <vector>

#include "scheduling/policy.h"

namespace propius {

struct VennGroups {
  struct Group {
    const AtomSet* eligible = nullptr;  // in the supply of the snapshot
    double supply = 0;                  // devices per second
  };
  std::vector<Group> groups;            // of open requests, ascending by supply
  std::vector<std::uint32_t> group_of;  // by request
};

// Constraints that no device seen tells apart make one group; where nothing was seen yet, all jobs do.
VennGroups GroupByDevices(const Snapshot& seen);

}  // namespace propius
