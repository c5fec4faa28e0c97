// Catches the answer of an asynchronous call, and counts answers.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>

#include "base/check.h"
#include "base/result.h"

namespace propius {

template <typename T>
class Heard {
 public:
  Done<T> done() {
    return [state = state_](Result<T> answer) {
      ++state->answers;
      state->answer = std::move(answer);
    };
  }
  bool any() const { return state_->answers > 0; }
  int answers() const { return state_->answers; }
  const Result<T>& result() const {
    CHECK(any());
    return *state_->answer;
  }
  const T& value() const {
    if (!result()) std::fprintf(stderr, "expected a value, got: %s\n", result().error().message.c_str());
    CHECK(result().has_value());
    return *result();
  }
  // Of the error; none for a value.
  std::optional<Code> code() const { return result() ? std::nullopt : std::optional(result().error().code); }

 private:
  struct State {
    int answers = 0;
    std::optional<Result<T>> answer;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

template <>
class Heard<void> {
 public:
  Done<void> done() {
    return [state = state_](const Status& answer) {
      ++state->answers;
      state->answer = answer;
    };
  }
  bool any() const { return state_->answers > 0; }
  int answers() const { return state_->answers; }
  bool ok() const { return any() && state_->answer.has_value(); }

 private:
  struct State {
    int answers = 0;
    Status answer;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace propius
