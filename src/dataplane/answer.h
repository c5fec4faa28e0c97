// Answers from a task of its own, so that what the caller does with an answer never runs inside our own work.
#pragma once

#include <type_traits>
#include <utility>

#include "base/result.h"
#include "base/runtime.h"

namespace propius {

template <typename T>
void Answer(Runtime& runtime, Done<T> done, std::type_identity_t<Result<T>> result) {
  runtime.Post([done = std::move(done), result = std::move(result)] { done(result); });
}

}  // namespace propius
