#include "apps/training_job.h"

#include <algorithm>
#include <numeric>

#include "apps/asynchronous_job.h"
#include "apps/fedavg_job.h"
#include "domain/safetensors.h"
#include "sdk/failure.h"

namespace propius {
namespace {

// Takes up the model where an earlier life of the job left it. A crash between a round's end and its checkpoint costs
// what that round has learned.
Status Restore(const std::string& checkpoint, const sdk::Job& job, Learner& model) {
  const Result<SafetensorsView> file = ParseSafetensors(checkpoint);
  const auto label = file ? file->metadata.find("job") : std::map<std::string, std::string>::const_iterator();
  if (!file || label == file->metadata.end() || label->second != std::to_string(job.id())) {
    return Fail(Code::kFailedPrecondition, "job " + std::to_string(job.id()) + " has " +
                                               std::to_string(job.rounds_behind()) +
                                               " rounds behind it: expected its model as --out left it, got none");
  }
  return model.Import(checkpoint);
}

Digits First(const Digits& digits, std::size_t count) {
  std::vector<std::size_t> indices(std::min(count, digits.size()));
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return digits.Take(indices);
}

}  // namespace

JobTotals TotalsOf(const JobReport& report) {
  JobTotals totals;
  for (const JobRound& round : report.rounds) {
    totals.completed += round.outcome == "completed" ? 1 : 0;
    totals.scheduling += round.scheduling;
    totals.collection += round.collection;
    totals.contributions += round.count;
    totals.ledgers_balance = totals.ledgers_balance && round.ledger_balances;
  }
  return totals;
}

JobRound RecordOf(const sdk::RoundResult& result, Duration began, Duration ended, const Evaluation& evaluation) {
  return {.round = result.round,
          .outcome = result.outcome,
          .began = began,
          .scheduling = result.scheduling,
          .collection = result.collection,
          .count = result.count,
          .total_weight = result.total_weight,
          .accuracy = evaluation.accuracy,
          .loss = evaluation.loss,
          .ended = ended,
          .ledger_balances = result.ledger_balances,
          .ledger = result.ledger};
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

std::map<std::string, std::string> CheckpointLabel(const JobFile& file, std::uint64_t job, std::uint32_t round) {
  return {{"model", file.train->model}, {"job", std::to_string(job)}, {"round", std::to_string(round)}};
}

sdk::Result<JobReport> RunTrainingJob(const sdk::JobOptions& where, const JobFile& file, const Digits& test,
                                      std::size_t quick_test, const JobWatch& watch, const std::string& checkpoint) {
  const auto learner = MakeLearner(file.train->model, file.train->seed);
  if (!learner) return PublicFailure(learner);
  Learner& model = **learner;
  auto job = sdk::Job::Register(where, MakeRequest(file.spec));
  if (!job) return tl::unexpected(job.error());
  if (watch.registered) watch.registered(job->id());
  if (job->rounds_behind() > 0) {
    if (const Status restored = Restore(checkpoint, *job, model); !restored) return PublicFailure(restored);
  }

  JobReport report;
  report.job_id = job->id();
  const auto run = file.spec.sync ? RunAsynchronous : RunFedAvg;
  const auto ran = run(*job, file, model, First(test, quick_test), watch, report);
  if (!ran) return tl::unexpected(ran.error());
  if (const auto finished = job->Finish(); !finished) return tl::unexpected(finished.error());
  report.final = model.Evaluate(test);
  report.model = model.Export({{"model", file.train->model}});
  return report;
}

}  // namespace propius
