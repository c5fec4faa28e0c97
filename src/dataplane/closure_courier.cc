#include "dataplane/closure_courier.h"

#include <cstdint>
#include <utility>

#include "base/event.h"

namespace propius {

struct ClosureCourier::Errand {
  RoundClosure closure;
  Told told;
  Backoff retry;
  std::uint64_t tries = 0;
};

ClosureCourier::ClosureCourier(Runtime& runtime, ControlLink* control, Backoff retry, Duration limit)
    : runtime_(runtime), control_(control), retry_(retry), limit_(limit) {}

void ClosureCourier::Tell(RoundClosure closure, Told told) {
  if (control_ == nullptr) {
    told(std::nullopt);
    return;
  }
  Try(std::make_shared<Errand>(Errand{std::move(closure), std::move(told), retry_}));
}

void ClosureCourier::Try(const std::shared_ptr<Errand>& errand) {
  const std::uint64_t number = ++errand->tries;
  runtime_.After(limit_, [weak = weak_from_this(), errand, number] {
    if (const auto self = weak.lock()) self->TryLater(errand, number);
  });
  control_->RoundClosed(errand->closure, [weak = weak_from_this(), errand, number](const Result<BindCensus>& answer) {
    if (const auto self = weak.lock()) self->Answered(errand, number, answer);
  });
}

void ClosureCourier::Answered(const std::shared_ptr<Errand>& errand, std::uint64_t number,
                              const Result<BindCensus>& answer) {
  if (!errand->told) return;
  if (!answer && answer.error().code != Code::kNotFound) {
    TryLater(errand, number);
    return;
  }
  if (!answer) {
    Event(Severity::kWarning, "round_unknown_to_control",
          {{"round", Show(errand->closure.round)}, {"error", answer.error().message}});
  }
  std::exchange(errand->told, nullptr)(answer ? std::optional(*answer) : std::nullopt);
}

void ClosureCourier::TryLater(const std::shared_ptr<Errand>& errand, std::uint64_t failed_try) {
  if (!errand->told || errand->tries != failed_try) return;
  ++errand->tries;  // so that the timer and the error of one try start only one more
  runtime_.After(errand->retry.Next(runtime_.Chance()), [weak = weak_from_this(), errand] {
    const auto self = weak.lock();
    if (self && errand->told) self->Try(errand);
  });
}

}  // namespace propius
