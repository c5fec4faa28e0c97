// The baseline of teams that divide the fleet among their jobs (paper section 6): every job has devices of its own.
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

// The fleet is cut once, and again only when jobs come or go, or when a site learns its fleet: a new kind of device
// comes, or the devices known have become a quarter more. Until it is cut, a new kind goes to the hardest job. The cut,
// kind of device by kind of device: jobs take as many devices as a round of theirs asks for, those with the fewest
// eligible devices first (of equals, the larger), each from the kinds that the others want least; what is then left is
// shared in proportion to the jobs' demands. A device goes to the job that has its part, or to nobody; nothing is lent.
std::unique_ptr<Policy> MakeStaticPartition();

}  // namespace propius
