#include "scheduling/policies/fifo.h"

#include "scheduling/policies/ranking.h"

namespace propius {
namespace {

class Fifo final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    return RankEveryone(seen, [&](const OpenRequest& request) { return seen.JobOf(request).registered_at; });
  }
};

}  // namespace

std::unique_ptr<Policy> MakeFifo() { return std::make_unique<Fifo>(); }

}  // namespace propius
