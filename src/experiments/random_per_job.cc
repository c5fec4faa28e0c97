#include "experiments/random_per_job.h"

#include <map>
#include <memory>

#include "scheduling/policies/ranking.h"

namespace propius {
namespace {

class RandomPerJob final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    // In the order of the ids, which is that of the draws: a job's number does not hang on who asks first.
    for (const KnownJob& job : seen.jobs) {
      if (!scores_.contains(job.job)) scores_[job.job] = chance.Uniform();
    }
    return RankEveryone(seen, [&](const OpenRequest& request) { return -scores_[request.job]; });
  }

 private:
  std::map<JobId, double> scores_;
};

}  // namespace

void AddRandomPerJob(PolicyRegistry& policies) {
  policies.Add("random_per_job", [](const PolicyOptions&) -> Result<std::unique_ptr<Policy>> {
    return std::make_unique<RandomPerJob>();
  });
}

}  // namespace propius
