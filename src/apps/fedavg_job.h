// Federated averaging (McMahan et al. 2017, algorithm 1), written on the job library as an outsider would: each round
// publishes the model and takes the weighted mean that comes back as the next one.
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

struct FedAvgRound {
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

struct FedAvgReport {
  std::uint64_t job_id = 0;
  std::vector<FedAvgRound> rounds;
  Evaluation final;       // on all test data
  Duration completion{};  // from registration to the end of the last round (JCT)
  std::string model;      // safetensors
};

// Sums over the rounds of a report.
struct FedAvgTotals {
  std::size_t completed = 0;
  Duration scheduling{};
  Duration collection{};
  std::uint64_t contributions = 0;
  bool ledgers_balance = true;
};
FedAvgTotals TotalsOf(const FedAvgReport& report);

struct FedAvgWatch {
  std::function<void(std::uint64_t job_id)> registered;
  std::function<void(const sdk::RoundProgress&)> progress;
  std::function<void(const FedAvgRound&)> round_done;
  std::function<bool()> cancelled;
};

// What a job file asks, in the job library's terms.
sdk::JobRequest MakeRequest(const JobSpec& spec);

// Runs every round. `test` is held-out data; each round is judged on its first `quick_test` images, the end on all.
sdk::Result<FedAvgReport> RunFedAvg(const sdk::JobOptions& where, const JobFile& file, const Digits& test,
                                    std::size_t quick_test, const FedAvgWatch& watch);

}  // namespace propius
