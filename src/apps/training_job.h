// What a training job of a job file does on the fleet, and what it tells of it: federated averaging in rounds, or
// shared parameters without rounds.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/job_file.h"
#include "propius/job.h"
#include "train/learner.h"

namespace propius {

// The only one of an asynchronous job is as long as the job; its count is that of the commits.
struct JobRound {
  std::uint32_t round = 0;
  std::string outcome;
  Duration began{};  // since registration
  Duration scheduling{};
  Duration collection{};
  std::uint32_t count = 0;
  double total_weight = 0;
  double accuracy = 0;  // on test data, of the model after the round
  double loss = 0;
  Duration ended{};
  bool ledger_balances = false;
  std::map<std::string, double> ledger;
};

JobRound RecordOf(const sdk::RoundResult& result, Duration began, Duration ended, const Evaluation& evaluation);

// A look at the parameters of an asynchronous job under way.
struct JobLook {
  Duration at{};  // since registration
  std::uint64_t commits = 0;
  std::uint32_t workers = 0;
  double accuracy = 0;  // as of a round
  double loss = 0;
};

struct JobReport {
  std::uint64_t job_id = 0;
  std::vector<JobRound> rounds;
  std::vector<JobLook> looks;
  Evaluation final;       // on all test data
  Duration completion{};  // from registration to the end of the last round (JCT)
  std::string model;      // safetensors
};

// Sums over the rounds of a report.
struct JobTotals {
  std::size_t completed = 0;
  Duration scheduling{};
  Duration collection{};
  std::uint64_t contributions = 0;
  bool ledgers_balance = true;
};
JobTotals TotalsOf(const JobReport& report);

struct JobWatch {
  std::function<void(std::uint64_t job_id)> registered;
  std::function<void(const sdk::RoundProgress&)> progress;
  std::function<void(const JobRound&)> round_done;
  std::function<void(const JobLook&)> look;
  std::function<void(const std::string& model)> checkpoint;  // after each round, as a safetensors file
  std::function<bool()> cancelled;                           // asked now and then; true ends the job
};

// Metadata of a checkpoint.
std::map<std::string, std::string> CheckpointLabel(const JobFile& file, std::uint64_t job, std::uint32_t round);

// What a job file asks, in the job library's terms.
sdk::JobRequest MakeRequest(const JobSpec& spec);

// Runs the job to its end, as its file says: with rounds or without. `test` is held-out data; the model is judged on
// its first `quick_test` images meanwhile, and on all in the end. A job that has rounds behind it goes on from
// `checkpoint`, the latest that `watch` was given; "failed_precondition" if that is not one of this job.
sdk::Result<JobReport> RunTrainingJob(const sdk::JobOptions& where, const JobFile& file, const Digits& test,
                                      std::size_t quick_test, const JobWatch& watch,
                                      const std::string& checkpoint = "");

}  // namespace propius
