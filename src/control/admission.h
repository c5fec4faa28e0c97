// Admission control (paper section 3.1): what can never be served here is refused when it is asked, with the reason.
#pragma once

#include "base/result.h"
#include "control/job_book.h"
#include "control/job_desk.h"

namespace propius {

// kInvalidArgument for a spec that breaks its own rules or a limit of the site, kResourceExhausted when the site or the
// tenant has as many open jobs as it may.
Status AdmitJob(const JobSpec& spec, const TenantId& tenant, const JobBook& book, const JobDeskOptions& limits);

// kInvalidArgument for a demand that this site can never fill.
Status AdmitDemand(std::uint32_t demand, double over_commit, const JobDeskOptions& limits);

}  // namespace propius
