// What modelled jobs and devices find around them.
#pragma once

#include "sim/fault.h"
#include "sim/history.h"
#include "sim/oracle.h"
#include "sim/virtual_site.h"

namespace propius {

struct Stage {
  VirtualRuntime& world;
  Faults& faults;
  History& history;
  Oracle& oracle;
  VirtualSite& site;
};

// Of one call of a job or device to a server, beyond what the server was asked to wait.
inline constexpr Duration kPatience = 6s;

}  // namespace propius
