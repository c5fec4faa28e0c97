#include "scheduling/policies/las.h"

#include <utility>

#include "scheduling/policies/ranking.h"

namespace propius {
namespace {

class Las final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    return RankEveryone(seen, [&](const OpenRequest& request) {
      return std::pair(seen.JobOf(request).attained_service, request.requested_at);
    });
  }
};

}  // namespace

std::unique_ptr<Policy> MakeLas() { return std::make_unique<Las>(); }

}  // namespace propius
