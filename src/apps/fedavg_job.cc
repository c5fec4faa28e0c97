#include "apps/fedavg_job.h"

#include <algorithm>
#include <numeric>

#include "apps/train_recipe.h"
#include "base/real_runtime.h"

namespace propius {
namespace {

tl::unexpected<sdk::Error> ToSdk(const Error& error) {
  return tl::unexpected(sdk::Error{std::string(CodeName(error.code)), error.message});
}

Digits First(const Digits& digits, std::size_t count) {
  std::vector<std::size_t> indices(std::min(count, digits.size()));
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return digits.Take(indices);
}

}  // namespace

FedAvgTotals TotalsOf(const FedAvgReport& report) {
  FedAvgTotals totals;
  for (const FedAvgRound& round : report.rounds) {
    totals.completed += round.outcome == "completed" ? 1 : 0;
    totals.scheduling += round.scheduling;
    totals.collection += round.collection;
    totals.contributions += round.count;
    totals.ledgers_balance = totals.ledgers_balance && round.ledger_balances;
  }
  return totals;
}

sdk::JobRequest MakeRequest(const JobSpec& spec) {
  const auto to_map = [](const Constraint& constraint) {
    std::map<std::string, double> map;
    for (const Attribute& bound : constraint.bounds().entries()) map[bound.name] = bound.value;
    return map;
  };
  sdk::JobRequest request;
  request.name = spec.name;
  request.rounds = spec.rounds;
  request.demand = spec.demand;
  request.over_commit = spec.over_commit;
  request.min_reports = spec.min_reports;
  request.deadline = std::chrono::duration_cast<std::chrono::milliseconds>(spec.deadline);
  request.public_constraint = to_map(spec.needs);
  request.private_constraint = to_map(spec.private_needs);
  request.reducer = spec.reducer.name;
  request.reducer_options = spec.reducer.options;
  request.max_update_bytes = spec.max_update_bytes;
  request.max_weight = spec.max_weight;
  request.share = spec.share;
  request.work_samples = spec.work.samples;
  request.work_kilobits = spec.work.kilobits;
  if (spec.sync) {
    request.sync = sdk::SyncRequest{.model = spec.sync->model,
                                    .period = std::chrono::duration_cast<std::chrono::milliseconds>(spec.sync->period),
                                    .eta = spec.sync->eta,
                                    .momentum = spec.sync->momentum,
                                    .goal = spec.sync->goal,
                                    .batch = spec.sync->batch,
                                    .commits = spec.sync->commits,
                                    .max_norm = spec.sync->max_norm};
  }
  return request;
}

sdk::Result<FedAvgReport> RunFedAvg(const sdk::JobOptions& where, const JobFile& file, const Digits& test,
                                    std::size_t quick_test, const FedAvgWatch& watch) {
  const TrainPlan& train = *file.train;
  auto learner = MakeLearner(train.model, train.seed);
  if (!learner) return ToSdk(learner.error());
  Learner& model = **learner;
  const Digits sample = First(test, quick_test);

  auto job = sdk::Job::Register(where, MakeRequest(file.spec));
  if (!job) return tl::unexpected(job.error());
  const Time registered = RealNow();
  if (watch.registered) watch.registered(job->id());

  FedAvgReport report;
  report.job_id = job->id();
  for (std::uint32_t round = 1; round <= file.spec.rounds; ++round) {
    if (watch.cancelled && watch.cancelled()) break;
    FedAvgRound record;
    record.began = RealNow() - registered;
    auto result = job->RunRound(model.Export(WriteRecipe(train, round)), watch.progress);
    if (!result) return tl::unexpected(result.error());
    if (!result->tensors.empty()) {
      if (const Status imported = model.Import(result->tensors); !imported) return ToSdk(imported.error());
    }
    record.ended = RealNow() - registered;
    report.completion = record.ended;
    record.round = result->round;
    record.outcome = result->outcome;
    record.scheduling = result->scheduling;
    record.collection = result->collection;
    record.count = result->count;
    record.total_weight = result->total_weight;
    record.ledger = result->ledger;
    record.ledger_balances = result->ledger_balances;
    const Evaluation evaluation = model.Evaluate(sample);
    record.accuracy = evaluation.accuracy;
    record.loss = evaluation.loss;
    report.rounds.push_back(record);
    if (watch.round_done) watch.round_done(record);
  }
  if (auto finished = job->Finish(); !finished) return tl::unexpected(finished.error());
  report.final = model.Evaluate(test);
  report.model = model.Export({{"model", train.model}});
  return report;
}

}  // namespace propius
