#include "sync/models/bsp.h"

#include "sync/barrier.h"

namespace propius {
namespace {

class Bsp final : public Barrier {
 public:
  std::string_view name() const override { return "bsp"; }
  Work NextWork(const Standing& /*seen*/, const WorkerClock& /*worker*/) override { return {.until = TrainSteps{1}}; }
};

}  // namespace

std::unique_ptr<SyncModel> MakeBsp() { return std::make_unique<Bsp>(); }

}  // namespace propius
