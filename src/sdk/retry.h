// How the libraries try again: jittered exponential backoff, and which failures deserve it.
#pragma once

#include <algorithm>

#include "base/real_runtime.h"
#include "base/result.h"
#include "base/rng.h"
#include "base/time.h"
#include "fetch/fetch.h"
#include "sdk/stop_signal.h"

namespace propius {

struct BackoffPace {
  Duration first = 100ms;
  Duration longest = 2s;
};

// Each wait is drawn from the upper half of a span that doubles up to the longest: spread enough that clients cut off
// together do not come back together, yet never much shorter than meant.
class RetryBackoff {
 public:
  RetryBackoff(BackoffPace pace, Rng chance) : pace_(pace), span_(pace.first), chance_(chance) {}

  Duration Next();
  void Reset() { span_ = pace_.first; }

 private:
  BackoffPace pace_;
  Duration span_;
  Rng chance_;
};

// True if the server was not heard or failed: the call may or may not have been done, and a later one may succeed.
bool MayRetry(Code code);
// The same of an HTTP status: not there yet, overloaded, or a failing server.
bool MayRetryStatus(int status);

// Calls until there is an answer that MayRetry does not cover, `patience` has passed since the first call, or `stop` is
// raised. `call` returns a Result.
template <typename Call>
auto CallWithRetry(RetryBackoff& backoff, Duration patience, StopSignal& stop, const Call& call) -> decltype(call()) {
  const Time until = RealNow() + patience;
  backoff.Reset();
  for (;;) {
    auto answer = call();
    if (answer.has_value() || !MayRetry(answer.error().code)) return answer;
    if (RealNow() >= until || stop.WaitFor(backoff.Next())) return answer;
  }
}

// What the answer's Retry-After asks for in seconds, at most 30 s; zero if it asks for nothing that we understand.
Duration RetryAfterOf(const FetchAnswer& answer);

// The time that each of a row of transfers is given. How long a large body takes is not known beforehand, so a transfer
// that ran out of time doubles what the next one gets.
class TransferLimit {
 public:
  explicit TransferLimit(Duration first) : first_(first), limit_(first) {}

  // For a transfer that is of no use after `end`; never less than what the first one gets.
  Duration Until(Time end, Time now) const { return std::max(first_, std::min(limit_, end - now)); }
  void Note(const Result<FetchAnswer>& answer);

 private:
  const Duration first_;
  Duration limit_;
};

}  // namespace propius
