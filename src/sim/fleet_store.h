// A job store for runs in which nothing crashes: what it is given is never read again, so it keeps nothing.
#pragma once

#include <memory>

#include "base/runtime.h"
#include "store/job_store.h"

namespace propius {

// Says of every change, in a later task of the same instant, that it is durable.
std::unique_ptr<JobStore> MakeForgetfulJobStore(Runtime& runtime);

}  // namespace propius
