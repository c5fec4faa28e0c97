#include "scheduling/policies/srsf_total.h"

#include <utility>

#include "scheduling/policies/ranking.h"

namespace propius {
namespace {

std::uint64_t RemainingService(const KnownJob& job, const OpenRequest& request) {
  const std::uint64_t later = job.rounds > job.rounds_done + 1 ? job.rounds - job.rounds_done - 1 : 0;
  return request.remaining + later * job.demand;
}

class SrsfTotal final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    return RankEveryone(seen, [&](const OpenRequest& request) {
      return std::pair(RemainingService(seen.JobOf(request), request), request.requested_at);
    });
  }
};

}  // namespace

std::unique_ptr<Policy> MakeSrsfTotal() { return std::make_unique<SrsfTotal>(); }

}  // namespace propius
