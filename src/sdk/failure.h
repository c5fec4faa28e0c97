// Failures inside Propius as the libraries' callers see them.
#pragma once

#include "base/result.h"
#include "propius/error.h"

namespace propius {

sdk::Error ToPublic(const Error& error);

template <typename T>
tl::unexpected<sdk::Error> PublicFailure(const Result<T>& failed) {
  return tl::unexpected<sdk::Error>(ToPublic(failed.error()));
}

}  // namespace propius
