// ADSP (Hu, Wang, Wu; AAAI 2020): every worker trains by the clock, not by the count: until a timer of
// Gamma / DeltaC_i - O_i fires, then it commits what it has and goes on. Nobody waits, and at every check all have
// committed equally often.
#pragma once

#include <memory>

#include "sync/settings.h"
#include "sync/sync_model.h"

namespace propius {

struct AdspOptions {
  // Commits of every worker in a check period, DeltaC. Below 1: one in several periods, without compensation.
  double rate = 2;
  // The timer's least length. The authors have 10 s, which caps the rate at 6 a minute.
  Duration least_timer = 1s;
  // The rate is lowered until commits take at most this share of the time, but not below 1. 1: never lowered.
  double commit_share = 0.1;
  // Paces every worker to the same count at the next check, as far as it can: DeltaC_i = C_target - c_i, and at each
  // commit what is left of both the period and DeltaC_i. Without, every timer is Gamma / rate - O_i.
  bool compensate = true;
  // Looks for the rate by probes of one period each, at the start and then once in every `epoch`. Needs a goal.
  bool search = false;
  Duration epoch = 20min;
  // Goes on training while a commit travels.
  bool overlap = false;
  // Spreads the first commits over the first timer, so that they do not reach the server together.
  bool stagger = false;
};
std::unique_ptr<SyncModel> MakeAdsp(const SyncJob& job, AdspOptions options);

}  // namespace propius
