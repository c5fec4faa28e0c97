// Asks the parent for one group until it is granted, or the round is over, or nobody wants it any more.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/runtime.h"
#include "dataplane/backoff.h"
#include "dataplane/uplink.h"

namespace propius {

class ClaimLoop : public std::enable_shared_from_this<ClaimLoop> {
 public:
  struct Listener {
    std::function<void(const ClaimGrant&)> granted;
    std::function<void()> over;               // the round is
    std::function<bool(const Error&)> go_on;  // asked after any other refusal
  };

  // `limit`: of one try.
  ClaimLoop(Runtime& runtime, Uplink& uplink, Backoff retry, Duration limit, Listener listener);

  // Begins to ask, unless it already does.
  void Ask(const ClaimRequest& request);

 private:
  void Try();
  void Answered(std::uint64_t attempt, const Result<ClaimGrant>& answer);

  Runtime& runtime_;
  Uplink& uplink_;
  Backoff retry_;
  Duration limit_;
  Listener listener_;
  ClaimRequest request_;
  bool asking_ = false;
  std::uint64_t attempt_ = 0;  // an answer to an earlier one may give a generation that is fenced since
};

}  // namespace propius
