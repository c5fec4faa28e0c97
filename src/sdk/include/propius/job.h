// The job library: what an ML job uses to have rounds run on the fleet.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "propius/error.h"

namespace propius::sdk {

// What a job that trains without rounds asks for; zero takes the default.
struct SyncRequest {
  std::string model;                         // "adsp", "ssp:s=3", …: a synchronisation model with its settings
  std::chrono::milliseconds period{60'000};  // check period
  double eta = 0;                            // global learning rate; 0: 1 / demand
  double momentum = 0;                       // explicit, of the server
  double goal = 0;                           // loss to reach, for models that search
  std::uint32_t batch = 32;                  // images of a mini-batch
  std::uint32_t commits = 0;                 // the job is done after so many; 0: at its deadline
  double max_norm = 0;                       // L2 norm of one update; 0: any
};

struct JobRequest {
  std::string name;
  std::uint32_t rounds = 1;
  std::uint32_t demand = 1;  // devices per round
  double over_commit = 1.0;
  double min_reports = 1.0;
  std::chrono::milliseconds deadline{600'000};
  std::map<std::string, double> public_constraint;
  std::map<std::string, double> private_constraint;
  std::string reducer = "weighted_mean";
  std::map<std::string, double> reducer_options;
  std::uint64_t max_update_bytes = 256U << 20U;
  double max_weight = 1e6;
  // Weight among the tenant's jobs, where a policy shares the fleet.
  double share = 1.0;
  // What a round costs one device, for policies that look at device speed; 0: not stated.
  double work_samples = 0;   // passes of one sample through the model, epochs included
  double work_kilobits = 0;  // plan down and update up
  // An asynchronous job has one round, in which `demand` devices train at a time until its end. Its plan holds the
  // initial parameters, all of them F32, and its result the final ones.
  std::optional<SyncRequest> sync;
};

// Where a round stands.
struct RoundProgress {
  std::uint64_t job_id = 0;
  std::uint32_t round = 0;
  std::uint32_t demand = 0;
  std::uint32_t slots = 0;
  std::uint32_t target = 0;
  std::uint32_t allocated = 0;
  std::uint32_t counted = 0;
};

struct RoundResult {
  std::uint32_t round = 0;
  std::string outcome;  // "completed", "partial", "aborted"
  std::string reason;
  std::string tensors;  // safetensors; empty if aborted
  std::uint32_t count = 0;
  double total_weight = 0;
  std::map<std::string, double>
      ledger;  // granted, returned, bound, stranded, counted, late, rejected.<reason>, lost.<cause>
  bool ledger_balances = false;
  std::chrono::milliseconds scheduling{0};  // from the request until all slots were bound, or the end of the round
  std::chrono::milliseconds collection{0};  // from then to the end of the round
};

// Where the parameters of an asynchronous job stand.
struct SharedParameters {
  std::string tensors;  // safetensors
  std::uint64_t version = 0;
  std::uint64_t commits = 0;
  std::uint64_t steps = 0;    // mini-batches in them
  std::uint32_t workers = 0;  // devices at work
  double loss = 0;            // mean of the devices' last mini-batches
};

struct JobOptions {
  std::string job_manager;  // host:port
  std::string token;        // the tenant's; empty if the site has none
  // Names the job for retries: registering again with the same name and token gives the same job.
  std::string idempotency_key;
  std::chrono::milliseconds call_timeout{10'000};
  // How long a server that does not answer is retried.
  std::chrono::milliseconds patience{120'000};
};

// One job. Blocking; one thread at a time. Every call is retried until the server answers or patience ends.
class Job {
 public:
  static Result<Job> Register(const JobOptions& options, const JobRequest& request);
  Job(Job&&) noexcept;
  ~Job();

  std::uint64_t id() const;
  // Rounds that were over when it was registered: above 0 if an earlier life of the job ran them.
  std::uint32_t rounds_behind() const;

  // One round: requests devices, publishes `plan` (a safetensors file), waits for the aggregate. `progress` is called
  // now and then from this thread.
  Result<RoundResult> RunRound(const std::string& plan, const std::function<void(const RoundProgress&)>& progress = {});
  // Of an asynchronous job, from another thread while RunRound waits, or from its `progress`: the parameters now. One
  // call, without retries; fails as "failed_precondition" while no round is under way.
  Result<SharedParameters> Parameters();
  // Ends the job; registering again makes a new one.
  Result<void> Finish();

 private:
  struct State;
  explicit Job(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace propius::sdk
