#include "apps/fedavg_job.h"

#include "apps/train_recipe.h"
#include "base/real_runtime.h"
#include "sdk/failure.h"

namespace propius {

sdk::Result<void> RunFedAvg(sdk::Job& job, const JobFile& file, Learner& model, const Digits& sample,
                            const JobWatch& watch, JobReport& report) {
  const Time registered = RealNow();
  const auto cancelled = [&] { return watch.cancelled && watch.cancelled(); };
  for (std::uint32_t round = job.rounds_behind() + 1; round <= file.spec.rounds && !cancelled(); ++round) {
    const Duration began = RealNow() - registered;
    const auto result = job.RunRound(model.Export(WriteRecipe(*file.train, round)), [&](const sdk::RoundProgress& now) {
      if (watch.progress) watch.progress(now);
      // The round ends with its job.
      if (cancelled()) static_cast<void>(job.Finish());
    });
    if (!result) return tl::unexpected(result.error());
    if (!result->tensors.empty()) {
      if (const Status imported = model.Import(result->tensors); !imported) return PublicFailure(imported);
    }
    report.completion = RealNow() - registered;
    report.rounds.push_back(RecordOf(*result, began, report.completion, model.Evaluate(sample)));
    if (watch.round_done) watch.round_done(report.rounds.back());
    if (watch.checkpoint) watch.checkpoint(model.Export(CheckpointLabel(file, job.id(), round)));
  }
  return {};
}

}  // namespace propius
