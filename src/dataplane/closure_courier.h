// Tells the control plane that a round is over, again and again until it has answered.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/runtime.h"
#include "dataplane/backoff.h"
#include "dataplane/control_link.h"

namespace propius {

class ClosureCourier : public std::enable_shared_from_this<ClosureCourier> {
 public:
  // The census; none if there is no control plane, or it does not know the round.
  using Told = std::function<void(std::optional<BindCensus>)>;

  // `limit`: of one try.
  ClosureCourier(Runtime& runtime, ControlLink* control, Backoff retry, Duration limit);

  // Calls `told` once.
  void Tell(RoundClosure closure, Told told);

 private:
  struct Errand;
  void Try(const std::shared_ptr<Errand>& errand);
  void TryLater(const std::shared_ptr<Errand>& errand, std::uint64_t failed_try);
  void Answered(const std::shared_ptr<Errand>& errand, std::uint64_t number, const Result<BindCensus>& answer);

  Runtime& runtime_;
  ControlLink* control_;
  Backoff retry_;
  Duration limit_;
};

}  // namespace propius
