#include "apps/asynchronous_job.h"

#include "apps/train_recipe.h"
#include "base/real_runtime.h"
#include "sdk/failure.h"

namespace propius {

sdk::Result<void> RunAsynchronous(sdk::Job& job, const JobFile& file, Learner& model, const Digits& sample,
                                  const JobWatch& watch, JobReport& report) {
  const Time registered = RealNow();
  const auto look = [&] {
    const auto parameters = job.Parameters();
    // Nothing to see yet, or nobody to ask: the next look may be luckier.
    if (!parameters || !model.Import(parameters->tensors)) return;
    const Evaluation evaluation = model.Evaluate(sample);
    report.looks.push_back({.at = RealNow() - registered,
                            .commits = parameters->commits,
                            .workers = parameters->workers,
                            .accuracy = evaluation.accuracy,
                            .loss = evaluation.loss});
    if (watch.look) watch.look(report.looks.back());
  };
  const auto result = job.RunRound(model.Export(WriteRecipe(*file.train, 1)), [&](const sdk::RoundProgress& progress) {
    if (watch.progress) watch.progress(progress);
    look();
    // The round ends with its job, and its result is what was committed.
    if (watch.cancelled && watch.cancelled()) static_cast<void>(job.Finish());
  });
  if (!result) return tl::unexpected(result.error());
  if (!result->tensors.empty()) {
    if (const Status imported = model.Import(result->tensors); !imported) return PublicFailure(imported);
  }
  report.completion = RealNow() - registered;
  report.rounds.push_back(RecordOf(*result, 0us, report.completion, model.Evaluate(sample)));
  if (watch.round_done) watch.round_done(report.rounds.back());
  return {};
}

}  // namespace propius
