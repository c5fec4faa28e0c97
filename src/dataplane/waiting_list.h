// Callers that hold on for an answer, each only so long.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/runtime.h"
#include "dataplane/answer.h"

namespace propius {

// A caller whose time is up gets what its `give_up` says then. A list that is destroyed answers nobody.
template <typename T>
class WaitingList {
 public:
  void Add(Runtime& runtime, Duration wait, Done<T> done, std::function<Result<T>()> give_up) {
    std::erase_if(callers_, [](const auto& caller) { return !*caller; });
    callers_.push_back(std::make_shared<Done<T>>(std::move(done)));
    runtime.After(wait, [caller = std::weak_ptr(callers_.back()), give_up = std::move(give_up)] {
      const std::shared_ptr<Done<T>> waiting = caller.lock();
      if (!waiting || !*waiting) return;
      const Result<T> answer = give_up();
      std::exchange(*waiting, nullptr)(answer);
    });
  }

  void AnswerAll(Runtime& runtime, const Result<T>& answer) {
    for (const auto& caller : std::exchange(callers_, {})) {
      if (*caller) Answer(runtime, std::exchange(*caller, nullptr), answer);
    }
  }

  bool empty() const {
    return std::ranges::none_of(callers_, [](const auto& caller) { return static_cast<bool>(*caller); });
  }

 private:
  std::vector<std::shared_ptr<Done<T>>> callers_;
};

}  // namespace propius
