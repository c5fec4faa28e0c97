#include "sync/models/esync.h"

#include <algorithm>
#include <cmath>

#include "sync/barrier.h"

namespace propius {
namespace {

constexpr double kMostSteps = 1e6;

class Esync final : public Barrier {
 public:
  explicit Esync(EsyncOptions options) : options_(options) {}

  std::string_view name() const override { return "esync"; }

  // One step, until it is known how long one takes.
  Work NextWork(const Standing& seen, const WorkerClock& worker) override {
    if (worker.step_time <= Duration{}) return {.until = TrainSteps{1}};
    double round = 0;
    for (const auto& [id, other] : seen.workers) {
      if (!other.active) continue;
      round = std::max(round, options_.slowest_steps * Seconds(other.step_time) + Seconds(other.commit_time));
    }
    const double fit = std::floor((round - Seconds(worker.commit_time)) / Seconds(worker.step_time));
    return {.until = TrainSteps{static_cast<std::uint32_t>(std::clamp(fit, 1.0, kMostSteps))}};
  }

 private:
  const EsyncOptions options_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeEsync(EsyncOptions options) { return std::make_unique<Esync>(options); }

}  // namespace propius
