#include "apps/testbed.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include <nlohmann/json.hpp>

#include "apps/flat_file.h"
#include "apps/local_site.h"
#include "apps/slow_link.h"
#include "apps/stop_signal.h"
#include "base/real_runtime.h"
#include "config/files.h"
#include "propius/job.h"
#include "propius/jobs.h"
#include "sync_sim/goal_watch.h"
#include "sync_sim/training_run.h"

namespace propius {
namespace {

// Beyond the limit of the run itself.
constexpr Duration kMargin = 60s;
constexpr Duration kJoinLimit = 60s;
constexpr Duration kPoll = 20ms;

double Load() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

std::string NameOf(std::size_t worker) { return "worker-" + std::to_string(worker); }

std::string MakeConfig(const SitePorts& ports, std::uint16_t link) {
  return "[server]\ndata_dir = \"data\"\n\n[scheduler]\npolicy = \"fifo\"\n\n"
         "[client_manager]\nlease = \"1m\"\nmin_retry = \"20ms\"\nmax_retry = \"100ms\"\n" +
         PortTables(ports) + "url = \"http://127.0.0.1:" + std::to_string(link) + "\"\n";
}

sdk::JobRequest RequestOf(const TrainingOptions& options) {
  sdk::JobRequest request;
  request.name = "testbed";
  request.demand = options.job.workers;
  request.deadline = std::chrono::duration_cast<std::chrono::milliseconds>(options.limit + kMargin);
  request.sync = sdk::SyncRequest{.model = options.scheme,
                                  .period = std::chrono::duration_cast<std::chrono::milliseconds>(options.job.gamma),
                                  .eta = options.job.eta,
                                  .momentum = options.momentum,
                                  .goal = options.job.goal,
                                  .batch = options.job.batch};
  return request;
}

class TestbedRun {
 public:
  TestbedRun(const RunSettings& settings, LearningTask& task, const TestbedOptions& options)
      : settings_(settings), task_(task), options_(options) {}

  Result<TestbedRecord> Go();

 private:
  Status Start();
  Status StartWorkers();
  Status Measure();
  Status AwaitWorkers();
  void Note(const sdk::SharedParameters& now, double time_s);
  // Mean over the workers, of the time that they were not training.
  double WaitingShare() const;

  const RunSettings& settings_;
  LearningTask& task_;
  const TestbedOptions& options_;
  TrainingOptions training_;
  std::unique_ptr<SlowLink> link_;
  std::unique_ptr<LocalSite> site_;
  std::optional<sdk::Job> job_;
  TestbedRecord record_;
  std::optional<GoalWatch> goal_;
};

Status TestbedRun::Start() {
  auto made = OptionsOf(settings_);
  if (!made) return tl::unexpected(made.error());
  training_ = *std::move(made);
  goal_.emplace(training_.job.goal, training_.hits);
  Status linked;
  auto site = LocalSite::Start(options_.folder, [&](const SitePorts& ports) {
    auto link = SlowLink::Start(ports.root, training_.fleet.commit_times.front() / 2);
    if (link) {
      link_ = *std::move(link);
    } else {
      linked = tl::unexpected(link.error());
    }
    return MakeConfig(ports, link_ ? link_->port() : ports.root);
  });
  if (!linked) return linked;
  if (!site) return tl::unexpected(site.error());
  site_ = *std::move(site);
  return StartWorkers();
}

Status TestbedRun::StartWorkers() {
  std::string steps;
  for (const Duration step : training_.fleet.step_times) {
    steps += (steps.empty() ? "" : ",") + std::to_string(Seconds(step));
  }
  const std::vector<std::pair<std::string, std::string>> same_for_all{
      {"--client-manager", site_->job_manager()},
      {"--workers", std::to_string(settings_.workers)},
      {"--step-seconds", steps},
      {"--jitter", std::to_string(settings_.jitter)},
      {"--slowdown-at", std::to_string(settings_.slowdown_at)},
      {"--slowdown", std::to_string(settings_.slowdown)},
      {"--model", settings_.model},
      {"--dataset", settings_.dataset},
      {"--skew", settings_.skew},
      {"--local-rate", std::to_string(settings_.local_rate)},
      {"--batch", std::to_string(settings_.batch)},
      {"--seed", std::to_string(settings_.seed)},
      {"--mnist", options_.mnist.string()},
      {"--fashion", options_.fashion.string()},
  };
  for (std::size_t worker = 0; worker < training_.fleet.size(); ++worker) {
    std::vector<std::string> arguments{"testbed-worker", "--worker", std::to_string(worker)};
    for (const auto& [flag, value] : same_for_all) arguments.insert(arguments.end(), {flag, value});
    const Status started = site_->Run(NameOf(worker), arguments);
    if (!started) return started;
  }
  return site_->AwaitDevices(training_.fleet.size(), [] { return WaitForStop(0s); });
}

Status TestbedRun::AwaitWorkers() {
  for (const Time end = RealNow() + kJoinLimit; RealNow() < end;) {
    if (WaitForStop(kPoll)) return Fail(Code::kAborted, "stopped");
    if (const Status alive = site_->Check(); !alive) return alive;
    const auto now = job_->Parameters();
    if (now && now->workers >= training_.fleet.size()) return {};
  }
  return Fail(Code::kDeadlineExceeded, "testbed: expected all workers at work within " + FormatDuration(kJoinLimit));
}

void TestbedRun::Note(const sdk::SharedParameters& now, double time_s) {
  const auto parameters = ReadFlat(now.tensors);
  if (!parameters) return;
  const TestScore score = task_.Test(*parameters);
  record_.curve.push_back({time_s, score.loss, score.accuracy});
  record_.ended_s = time_s;
  record_.steps = now.steps;
  record_.commits = now.commits;
  record_.final_loss = score.loss;
  record_.final_accuracy = score.accuracy;
  if (goal_->Note(score.loss)) record_.time_to_target_s = time_s;
  record_.reached = goal_->reached();
}

Status TestbedRun::Measure() {
  if (const Status ready = AwaitWorkers(); !ready) return ready;
  const Time began = RealNow();
  for (Time next = began; !record_.reached && RealNow() - began < training_.limit; next += training_.test_every) {
    if (WaitForStop(std::max(next - RealNow(), Duration::zero()))) return Fail(Code::kAborted, "stopped");
    if (const Status alive = site_->Check(); !alive) return alive;
    const double time_s = Seconds(RealNow() - began);
    if (const auto now = job_->Parameters()) Note(*now, time_s);
    if (options_.stopped && options_.stopped(time_s, record_.final_loss)) return Fail(Code::kAborted, "stopped");
  }
  if (!record_.reached) record_.time_to_target_s = record_.ended_s;
  return {};
}

double TestbedRun::WaitingShare() const {
  double busy = 0;
  for (std::size_t worker = 0; worker < training_.fleet.size(); ++worker) {
    const std::string log = ReadFile(options_.folder / (NameOf(worker) + ".log")).value_or("");
    const std::size_t last = log.rfind('{');
    const auto line = nlohmann::json::parse(last == std::string::npos ? "" : log.substr(last), nullptr, false);
    if (line.is_object()) busy += line.value("busy_s", 0.0);
  }
  const double time = record_.ended_s * static_cast<double>(training_.fleet.size());
  return time > 0 ? std::max(0.0, 1 - busy / time) : 0;
}

Result<TestbedRecord> TestbedRun::Go() {
  record_.load_before = Load();
  if (const Status started = Start(); !started) return tl::unexpected(started.error());
  sdk::JobOptions where;
  where.job_manager = site_->job_manager();
  auto job = sdk::Job::Register(where, RequestOf(training_));
  if (!job) return Fail(Code::kUnavailable, "testbed: " + job.error().message);
  job_.emplace(std::move(*job));
  const std::string plan = WriteFlat(task_.Initial());
  std::thread round([&] { static_cast<void>(job_->RunRound(plan)); });
  const Status measured = Measure();
  sdk::JobsOptions jobs;
  jobs.job_manager = site_->job_manager();
  static_cast<void>(sdk::Jobs(jobs).Finish(job_->id()));
  site_->StopOthers();
  round.join();
  site_->Stop();
  if (!measured) return tl::unexpected(measured.error());
  record_.waiting_share = WaitingShare();
  record_.load_after = Load();
  return std::move(record_);
}

}  // namespace

Result<TestbedRecord> RunTestbed(const RunSettings& settings, LearningTask& task, const TestbedOptions& options) {
  return TestbedRun(settings, task, options).Go();
}

}  // namespace propius
