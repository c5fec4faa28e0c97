#include "scheduling/policies/random.h"

#include <optional>

#include "scheduling/policies/ranking.h"

namespace propius {
namespace {

class Random final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    if (!seed_) seed_ = chance();
    return RankEveryone(seen, [seed = *seed_](const OpenRequest& request) { return Draw(seed, request); });
  }

 private:
  // A function of the request alone: a policy that kept the draws would have to be told which requests are over.
  static std::uint64_t Draw(std::uint64_t seed, const OpenRequest& request) {
    Rng of_job(seed ^ std::hash<JobId>{}(request.job));
    Rng of_round(of_job() ^ std::hash<RoundNumber>{}(request.round));
    return of_round();
  }

  std::optional<std::uint64_t> seed_;
};

}  // namespace

std::unique_ptr<Policy> MakeRandom() { return std::make_unique<Random>(); }

}  // namespace propius
