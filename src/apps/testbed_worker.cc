#include <iostream>
#include <thread>

#include <nlohmann/json.hpp>

#include "apps/flat_file.h"
#include "apps/stop_signal.h"
#include "apps/sync_data.h"
#include "apps/testbed.h"
#include "apps/verbs.h"
#include "base/real_runtime.h"
#include "propius/client.h"
#include "sdk/failure.h"
#include "sync_sim/training_run.h"
#include "sync_sim/virtual_worker.h"

namespace propius {
namespace {

// Sleeps so long at a time, to hear that its task is over.
constexpr Duration kNap = 20ms;

// The worker of virtual time on the real clock: it does the arithmetic of a phase at once and sleeps until the phase
// would be over.
class RealTimeWorker {
 public:
  RealTimeWorker(const TrainingOptions& options, std::size_t index, LearningTask& task)
      : options_(options),
        task_(task),
        worker_(index, options_.fleet, {options_.local_rate, options_.job.batch}, task.Initial(), nullptr,
                ChanceOf(options_.seed, index)) {}

  sdk::Result<sdk::SpanUpdate> Train(const sdk::HeldTask& held, const sdk::Span& span) {
    const Time now = Now();
    Work work{.pull = !span.parameters.empty(), .batch = span.batch == options_.job.batch ? 0 : span.batch};
    if (span.steps > 0) {
      work.until = TrainSteps{span.steps};
    } else {
      work.until = TrainFor{span.time};
    }
    std::vector<float> parameters;
    if (work.pull) {
      auto read = ReadFlat(span.parameters);
      if (!read) return PublicFailure(read);
      parameters = *std::move(read);
    }
    worker_.Hear(work, parameters);
    const Time end = worker_.Begin(now, task_);
    const auto form = span.push_parameters ? PushForm::kParameters : PushForm::kDifference;
    const std::string update = WriteFlat(worker_.Finish(form, task_));
    for (Time at = Now(); at < end && !held.cancelled(); at = Now()) SleepFor(std::min(kNap, end - at));
    const CommitReport report = worker_.Report(span.commits + 1);
    return sdk::SpanUpdate{
        .tensors = update, .steps = report.steps, .step_time = report.step_time, .loss = report.loss};
  }

  Duration Busy() const { return worker_.Busy(Time{} + (RealNow() - *began_)); }
  bool began() const { return began_.has_value(); }

 private:
  // The one that it has in virtual time.
  static Rng ChanceOf(std::uint64_t seed, std::size_t index) {
    Rng all(seed);
    for (std::size_t i = 0; i < index; ++i) all.Fork();
    return all.Fork();
  }
  // Since it has begun.
  Time Now() {
    if (!began_) began_ = RealNow();
    return Time{} + (RealNow() - *began_);
  }

  const TrainingOptions options_;
  LearningTask& task_;
  VirtualWorker worker_;
  std::optional<Time> began_;
};

}  // namespace

int RunTestbedWorker(const TestbedWorkerVerb& verb) {
  SyncData data({{"mnist", verb.mnist}, {"fashion", verb.fashion}});
  Laboratory laboratory(
      [&](const std::string& name) { return data.Pooled(name); },
      [&](const RunSettings& settings, const Shards& shards) { return data.MakeCnn(settings, shards); });
  const Result<TrainingOptions> options = OptionsOf(verb.settings);
  if (!options) return Complain(options.error());
  const auto task = laboratory.MakeTask(verb.settings);
  if (!task) return Complain(task.error());
  RealTimeWorker worker(*options, verb.worker, **task);

  sdk::ClientOptions client_options;
  client_options.client_manager = verb.client_manager;
  client_options.device_id = verb.worker + 1;
  client_options.train_span = [&](const sdk::HeldTask& held, const std::string& /*plan*/, const sdk::Span& span) {
    return worker.Train(held, span);
  };
  sdk::Client client(client_options);
  std::thread thread([&] {
    client.Run([](const sdk::HeldTask&, const std::string&) -> sdk::Result<sdk::Update> {
      return tl::unexpected<sdk::Error>({"failed_precondition", "this device is for asynchronous jobs"});
    });
  });
  while (!WaitForStop(1h)) {
  }
  client.Stop();
  thread.join();
  const double busy = worker.began() ? Seconds(worker.Busy()) : 0;
  std::cout << nlohmann::json{{"worker", verb.worker}, {"busy_s", busy}}.dump() << std::endl;
  return 0;
}

}  // namespace propius
