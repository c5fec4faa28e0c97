#include "sim/server_process.h"

#include <algorithm>

#include "base/check.h"

namespace propius {
namespace {

constexpr Time kForever = Time::max();

}  // namespace

Status ServerProcess::Start() {
  CHECK(!alive());
  if (!down_.empty() && down_.back().end == kForever) down_.back().end = world_.Now();
  started_ = world_.Now();
  lives_.push_back(std::make_unique<Life>(world_));
  Status built = Build(*lives_.back());
  if (!built) Kill();
  return built;
}

void ServerProcess::Kill() {
  if (!alive()) return;
  lives_.back()->Kill();
  Drop();
  Down(kForever);
}

void ServerProcess::PauseFor(Duration span) {
  if (!alive()) return;
  Time end = world_.Now() + span;
  if (!down_.empty()) end = std::max(end, down_.back().end);  // a pause does not shorten another
  lives_.back()->PauseUntil(end);
  Down(end);
}

void ServerProcess::Down(Time until) {
  const Time now = world_.Now();
  if (!down_.empty() && down_.back().end > now) {
    down_.back().end = until;
  } else {
    down_.push_back({now, until});
  }
}

Duration ServerProcess::UpSince(Time from) const {
  const Time now = world_.Now();
  Duration up = std::max(now - from, Duration{});
  for (const Span& span : down_) up -= std::max(std::min(span.end, now) - std::max(span.begin, from), Duration{});
  return up;
}

}  // namespace propius
