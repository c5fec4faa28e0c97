#include "scheduling/policies/srsf.h"

#include <utility>

#include "scheduling/policies/ranking.h"

namespace propius {
namespace {

class Srsf final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    // Most jobs ask for as many devices as others do: by turns, all of them would end late.
    return RankEveryone(seen, [&](const OpenRequest& request) {
      return std::pair(request.remaining, seen.JobOf(request).registered_at);
    });
  }
};

}  // namespace

std::unique_ptr<Policy> MakeSrsf() { return std::make_unique<Srsf>(); }

}  // namespace propius
