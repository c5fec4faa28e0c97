// The device's conversation with the client manager.
#include "sim/model_device.h"

#include <algorithm>
#include <utility>

namespace propius {
namespace {

constexpr int kAcceptTries = 4;

}  // namespace

ModelDevice::~ModelDevice() { Die(); }

void ModelDevice::Boot(Duration delay) {
  Die();
  vanished_ = false;
  life_ = std::make_unique<Life>(stage_.world);
  known_ = false;
  task_.reset();
  reports_.clear();
  ended_.clear();
  TalkIn(delay);
}

void ModelDevice::Die() {
  if (!life_) return;
  life_->Kill();
  past_lives_.push_back(std::move(life_));
}

void ModelDevice::Recover() {
  traits_.idle = false;
  if (!on()) return Boot(1s);
  if (task_) task_->mute = task_->idle = false;
}

void ModelDevice::TalkIn(Duration delay) {
  life_->After(delay, [this, talk = ++talk_] {
    if (talk == talk_) Talk();
  });
}

void ModelDevice::Talk() {
  if (task_ && task_->mute) return TalkIn(task_->bound.lease / 3);
  // At times from the start again, as after a change of network.
  if (known_ && !stage_.world.Chance().Chance(0.1)) return Ping();
  CheckIn();
}

void ModelDevice::CheckIn() {
  Call<Greeting>(
      stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
      [id = traits_.id, shared = traits_.shared, reports = reports_, &oracle = stage_.oracle](ControlServer& control,
                                                                                              Done<Greeting> done) {
        oracle.Heard(id);
        control.client_desk->CheckIn(id, shared, reports, std::move(done));
      },
      [this, talk = talk_, sent = reports_.size()](Result<Greeting> greeting) {
        if (talk == talk_) OnGreeting(std::move(greeting), sent);
      });
}

void ModelDevice::Ping() {
  Call<Greeting>(
      stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
      [id = traits_.id, reports = reports_, &oracle = stage_.oracle](ControlServer& control, Done<Greeting> done) {
        oracle.Heard(id);
        control.client_desk->Ping(id, reports, std::move(done));
      },
      [this, talk = talk_, sent = reports_.size()](Result<Greeting> greeting) {
        if (talk == talk_) OnGreeting(std::move(greeting), sent);
      });
}

void ModelDevice::OnGreeting(Result<Greeting> greeting, std::size_t reported) {
  if (!greeting) {
    const Code code = greeting.error().code;
    if (code == Code::kNotFound) known_ = false;
    if (code != Code::kNotFound && code != Code::kUnavailable && code != Code::kDeadlineExceeded) {
      stage_.history.Violation("a device's greeting was refused: " + greeting.error().message);
    }
    return TalkIn(1s);
  }
  known_ = true;
  reports_.erase(reports_.begin(), reports_.begin() + static_cast<std::ptrdiff_t>(std::min(reported, reports_.size())));
  if (greeting->retry_after <= Duration{}) stage_.history.Violation("a greeting does not say when to come back");
  if (task_) return TalkIn(task_->bound.lease / 3);
  if (greeting->holding) {
    const auto before = ended_.find(greeting->holding->ticket);
    if (before == ended_.end()) {
      Begin(*greeting->holding);
    } else {
      reports_.push_back({before->first, before->second});
    }
    return TalkIn(1s);
  }
  Consider(greeting->offers, 0, greeting->retry_after);
}

void ModelDevice::Consider(const std::vector<Offer>& offers, std::size_t next, Duration retry_after) {
  while (next < offers.size() && !Wants(offers[next])) ++next;
  if (next >= offers.size()) return TalkIn(retry_after);
  const std::string nonce = std::to_string(++nonces_) + "-" + std::to_string(stage_.world.Chance()());
  Accept(offers[next], nonce, 1, [this, offers, next, retry_after] { Consider(offers, next + 1, retry_after); });
}

void ModelDevice::Accept(const Offer& offer, const std::string& nonce, int tries, std::function<void()> refused) {
  Call<Bound>(
      stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
      [id = traits_.id, round = offer.round, nonce, &oracle = stage_.oracle](ControlServer& control, Done<Bound> done) {
        oracle.Heard(id);
        control.client_desk->Accept(id, round, nonce, std::move(done));
      },
      [this, offer, nonce, tries, refused = std::move(refused), talk = talk_](Result<Bound> bound) {
        if (talk != talk_) return;
        if (bound) {
          Begin(*bound);
          return TalkIn(bound->lease / 3);
        }
        switch (bound.error().code) {
          case Code::kNotFound:
            known_ = false;
            return TalkIn(1s);
          case Code::kFailedPrecondition:
          case Code::kResourceExhausted:
            return refused();
          case Code::kUnavailable:
          case Code::kDeadlineExceeded:
            // The next greeting tells whether it was served; a device may also ask again at once.
            if (tries == kAcceptTries) return TalkIn(1s);
            return Accept(offer, nonce, tries + 1, refused);
          default:
            stage_.history.Violation("a device's accept was refused: " + bound.error().message);
            return TalkIn(1s);
        }
      });
}

}  // namespace propius
