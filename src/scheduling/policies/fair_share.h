// Weighted shares of the fleet: between tenants, then between the jobs of a tenant.
#pragma once

#include <map>
#include <memory>

#include "scheduling/policy.h"

namespace propius {

// Weighted max-min fairness of what open requests could be given, by the supply of each kind of device: a tenant counts
// with its share (1 where absent), a job within its tenant with KnownJob::share. Of each kind of device nine tenths are
// cut into parts so, and the job that has a device's part is offered it first: whatever the others ask for, and whoever
// comes new, each open request goes on being served. The last tenth, and what the parts' owners do not take, goes to
// the tenant first that was given the least for its share so far, and within it to the job that was: that evens out
// what rounding, waiting and luck have done. The parts are moved around with every plan, so that none stays with
// devices that never come.
std::unique_ptr<Policy> MakeFairShare(std::map<TenantId, double> tenant_shares);

}  // namespace propius
