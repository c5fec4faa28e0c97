// Publishes a round's plan and waits for its aggregate, at the root of the data plane.
#pragma once

#include <functional>
#include <string>

#include "fetch/fetch.h"
#include "sdk/job_session.h"

namespace propius {

// What a round is waited for with.
struct RoundOrder {
  std::uint64_t job = 0;
  v1::RequestRoundResponse grant;
  Blob plan;
  std::uint32_t demand = 0;  // for progress
  Duration deadline{};       // of the round; the wait ends this and the patience after it began
  Duration call_timeout{};
};

// Of the job at the root.
std::string JobUrl(const v1::RequestRoundResponse& grant, std::uint64_t job);

using ProgressHook = std::function<void(const sdk::RoundProgress&)>;

// The round's result but for its durations, once it is closed. Survives a restart of the root, which is given the plan
// again if it does not know it. Fails on a refusal, when the root is silent for the session's patience, or when the
// round does not end.
Result<sdk::RoundResult> CollectRound(JobSession& session, Fetcher& fetcher, const RoundOrder& order,
                                      const ProgressHook& progress, Rng chance);

}  // namespace propius
