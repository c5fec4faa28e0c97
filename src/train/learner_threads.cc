#include "train/learner_threads.h"

#include <exception>

#include <ATen/Parallel.h>
#include <dlfcn.h>

namespace propius {
namespace {

void LimitSharedPools() {
  try {
    at::set_num_interop_threads(1);
  } catch (const std::exception&) {
    // The pool runs already, at another's wish; the operators of our models never ask it.
  }
  // OpenBLAS, where it is the BLAS under torch, has a pool of its own that torch does not rein in.
  if (void* const limit = dlsym(RTLD_DEFAULT, "openblas_set_num_threads"); limit != nullptr) {
    reinterpret_cast<void (*)(int)>(limit)(1);
  }
}

}  // namespace

void ComputeOnThisThreadOnly() {
  [[maybe_unused]] static const bool shared = (LimitSharedPools(), true);
  // OpenMP keeps its limit per thread.
  [[maybe_unused]] thread_local const bool own = (at::set_num_threads(1), true);
}

}  // namespace propius
