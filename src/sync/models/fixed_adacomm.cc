#include "sync/models/fixed_adacomm.h"

#include "sync/barrier.h"

namespace propius {
namespace {

class FixedAdacomm final : public Barrier {
 public:
  explicit FixedAdacomm(FixedAdacommOptions options) : options_(options) {}

  std::string_view name() const override { return "fixed_adacomm"; }
  Work NextWork(const Standing& /*seen*/, const WorkerClock& /*worker*/) override {
    return {.until = TrainSteps{options_.steps}};
  }

 private:
  const FixedAdacommOptions options_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeFixedAdacomm(FixedAdacommOptions options) {
  return std::make_unique<FixedAdacomm>(options);
}

}  // namespace propius
