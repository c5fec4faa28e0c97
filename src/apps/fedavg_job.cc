#include "apps/fedavg_job.h"

#include "apps/train_recipe.h"
#include "base/real_runtime.h"
#include "sdk/failure.h"

namespace propius {

sdk::Result<void> RunFedAvg(sdk::Job& job, const JobFile& file, Learner& model, const Digits& sample,
                            const JobWatch& watch, JobReport& report) {
  const Time registered = RealNow();
  for (std::uint32_t round = 1; round <= file.spec.rounds; ++round) {
    if (watch.cancelled && watch.cancelled()) break;
    const Duration began = RealNow() - registered;
    const auto result = job.RunRound(model.Export(WriteRecipe(*file.train, round)), watch.progress);
    if (!result) return tl::unexpected(result.error());
    if (!result->tensors.empty()) {
      if (const Status imported = model.Import(result->tensors); !imported) return PublicFailure(imported);
    }
    report.completion = RealNow() - registered;
    report.rounds.push_back(RecordOf(*result, began, report.completion, model.Evaluate(sample)));
    if (watch.round_done) watch.round_done(report.rounds.back());
  }
  return {};
}

}  // namespace propius
