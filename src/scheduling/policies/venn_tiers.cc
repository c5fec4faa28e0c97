#include "scheduling/policies/venn_tiers.h"

#include <functional>
#include <vector>

namespace propius {
namespace {

std::size_t Draw(std::uint64_t seed, const OpenRequest& request, std::uint32_t tiers) {
  Rng of_job(seed ^ std::hash<JobId>{}(request.job));
  Rng of_round(of_job() ^ std::hash<RoundNumber>{}(request.round));
  return static_cast<std::size_t>(of_round.Below(tiers));
}

}  // namespace

std::optional<JobTerms> TierOf(const OpenRequest& request, const Experience& experience, std::uint32_t tiers,
                               std::uint64_t seed) {
  if (tiers < 2) return std::nullopt;
  const auto last = experience.LastTimes(request.job);
  const TierProfile* profile = experience.Tiers(request.job);
  const double timed = experience.TimedShare(request.job).value_or(0);
  if (!last || profile == nullptr || !(timed > 0)) return std::nullopt;

  // venn.md 1.5 times T_sched, which may be 0. Devices that do not say how fast they are come in no tier.
  const double slower = tiers / timed * Seconds(last->scheduling);
  const double now = Seconds(last->scheduling) + Seconds(last->collecting);
  const double limit = Seconds(request.deadline - request.requested_at);
  if (slower >= now || slower >= limit) return std::nullopt;  // whatever the tier gains

  const auto split = profile->Split(tiers);
  if (!split) return std::nullopt;
  const TierProfile::Tier& tier = (*split)[Draw(seed, request, tiers)];
  const double expected = slower + tier.speedup * Seconds(last->collecting);
  if (expected >= now || expected >= limit) return std::nullopt;
  JobTerms terms;
  terms.job = request.job;
  terms.fastest = tier.fastest;
  terms.slowest = tier.slowest;
  return terms;
}

}  // namespace propius
