#include "sync_sim/training_run.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <utility>

#include "sync/momentum.h"
#include "sync/parameter_server.h"
#include "sync_sim/goal_watch.h"
#include "sync_sim/virtual_worker.h"

namespace propius {
namespace {

constexpr double kLossBeyondMeasure = 1e4;

enum class Happening : std::uint8_t { kReply, kArrival, kService, kTick, kCheckpoint, kTest };

struct Due {
  Time when;
  std::uint64_t order = 0;
  Happening what = Happening::kTest;
  std::size_t worker = 0;

  // The heap's top is its greatest.
  bool operator<(const Due& other) const { return when != other.when ? when > other.when : order > other.order; }
};

class Run {
 public:
  Run(const TrainingOptions& options, std::unique_ptr<SyncModel> model,
      std::vector<std::unique_ptr<PushFilter>> filters, LearningTask& task)
      : options_(options),
        task_(task),
        server_(std::move(model), task.Initial(),
                {.momentum = options.momentum, .loss = [this](auto weights) { return task_.Test(weights).loss; }},
                Time{}) {
    Rng chance(options.seed);
    for (std::size_t i = 0; i < options.fleet.size(); ++i) {
      workers_.emplace_back(i, options.fleet, LocalSgd{options.local_rate, options.job.batch}, task.Initial(),
                            std::move(filters[i]), chance.Fork());
    }
    applied_.resize(workers_.size());
    blocked_.resize(workers_.size());
    blocked_total_.resize(workers_.size());
  }

  Result<SyncRecord> Go(const TrainingWatch& watch);

 private:
  void At(Time when, Happening what, std::size_t worker = 0) { due_.push({when, order_++, what, worker}); }
  void HandOut();
  void OnReply(std::size_t worker);
  void OnArrival(std::size_t worker);
  void OnService(std::size_t worker);
  void OnTick();
  void OnCheckpoint();
  // False once the run is over.
  bool OnTest(const TrainingWatch& watch);
  std::uint64_t Steps() const;
  SyncRecord Close();

  const TrainingOptions& options_;
  LearningTask& task_;
  ParameterServer server_;
  std::vector<VirtualWorker> workers_;
  std::vector<Time> applied_;      // when the last commit was
  std::vector<Duration> blocked_;  // of the last commit's round trip
  std::vector<Duration> blocked_total_;
  std::priority_queue<Due> due_;
  std::uint64_t order_ = 0;
  Time now_{};
  Time server_free_{};
  SyncRecord record_;
  GoalWatch goal_{options_.job.goal, options_.hits};
  bool aborted_ = false;
};

void Run::HandOut() {
  for (const Release& release : server_.TakeReleases()) {
    const auto worker = static_cast<std::size_t>(release.worker);
    workers_[worker].Hear(release.work, server_.parameters());
    const bool first = server_.workers().at(release.worker).commits == 0;
    blocked_[worker] = first ? Duration{} : now_ - applied_[worker];
    blocked_total_[worker] += blocked_[worker];
    // At the start everybody has the parameters already, and one that does not pull waits for nothing to come back.
    const bool at_once = first || !release.work.pull;
    At(at_once ? now_ : now_ + workers_[worker].round_trip() / 2, Happening::kReply, worker);
  }
}

void Run::OnReply(std::size_t index) {
  VirtualWorker& worker = workers_[index];
  if (server_.workers().at(index).commits > 0) worker.NoteCommit(now_ - worker.phase_end() - blocked_[index]);
  const Time end = worker.Begin(now_, task_);
  At(end + (worker.round_trip() - worker.round_trip() / 2), Happening::kArrival, index);
}

void Run::OnArrival(std::size_t index) {
  if (options_.fleet.server_time == Duration{}) {
    OnService(index);
    return;
  }
  server_free_ = std::max(server_free_, now_) + options_.fleet.server_time;
  At(server_free_, Happening::kService, index);
}

void Run::OnService(std::size_t index) {
  const std::span<const float> update = workers_[index].Finish(server_.model().push_form(), task_);
  const CommitReport report = workers_[index].Report(server_.workers().at(index).commits + 1);
  applied_[index] = now_;
  if (!server_.Commit(index, report, update, now_)) {
    record_.diverged = true;  // the only thing wrong with our own commits is a value that is not finite
    return;
  }
  std::uint64_t lowest = server_.workers().begin()->second.clock;
  std::uint64_t highest = lowest;
  for (const auto& [id, clock] : server_.workers()) {
    lowest = std::min(lowest, clock.clock);
    highest = std::max(highest, clock.clock);
  }
  record_.widest_gap = std::max(record_.widest_gap, highest - lowest);
  HandOut();
}

void Run::OnTick() {
  server_.Tick(now_);
  HandOut();
  At(*server_.NextTick(), Happening::kTick);
}

void Run::OnCheckpoint() {
  SyncCheckpoint checkpoint{.time_s = Seconds(now_.time_since_epoch())};
  checkpoint.fewest_commits = server_.workers().begin()->second.commits;
  for (const auto& [id, worker] : server_.workers()) {
    checkpoint.fewest_commits = std::min(checkpoint.fewest_commits, worker.commits);
    checkpoint.most_commits = std::max(checkpoint.most_commits, worker.commits);
  }
  checkpoint.knob = server_.model().Knob().value_or(-1);
  record_.checkpoints.push_back(checkpoint);
  At(now_ + options_.job.gamma, Happening::kCheckpoint);
}

bool Run::OnTest(const TrainingWatch& watch) {
  const TestScore score = task_.Test(server_.parameters());
  const double time = Seconds(now_.time_since_epoch());
  record_.curve.push_back({time, score.loss, score.accuracy});
  record_.final_loss = score.loss;
  record_.final_accuracy = score.accuracy;
  if (!std::isfinite(score.loss) || score.loss > kLossBeyondMeasure) record_.diverged = true;
  if (goal_.Note(score.loss)) {
    record_.time_to_target_s = time;
    record_.steps_to_target = Steps();
  }
  record_.reached = goal_.reached();
  if (watch && !watch(now_.time_since_epoch(), score)) aborted_ = true;
  At(now_ + options_.test_every, Happening::kTest);
  return !record_.reached && !aborted_;
}

std::uint64_t Run::Steps() const {
  std::uint64_t steps = 0;
  for (const auto& [id, worker] : server_.workers()) steps += worker.steps;
  return steps;
}

Result<SyncRecord> Run::Go(const TrainingWatch& watch) {
  At(now_, Happening::kTest);
  for (std::size_t i = 0; i < workers_.size(); ++i) server_.Join(i, now_);
  HandOut();
  if (const auto tick = server_.NextTick()) At(*tick, Happening::kTick);
  At(now_ + options_.job.gamma, Happening::kCheckpoint);
  bool running = true;
  while (running && !record_.diverged && due_.top().when.time_since_epoch() <= options_.limit) {
    const Due next = due_.top();
    due_.pop();
    now_ = next.when;
    switch (next.what) {
      case Happening::kReply:
        OnReply(next.worker);
        break;
      case Happening::kArrival:
        OnArrival(next.worker);
        break;
      case Happening::kService:
        OnService(next.worker);
        break;
      case Happening::kTick:
        OnTick();
        break;
      case Happening::kCheckpoint:
        OnCheckpoint();
        break;
      case Happening::kTest:
        running = OnTest(watch);
        break;
    }
  }
  if (aborted_) return Fail(Code::kAborted, "run of " + options_.scheme + ": stopped");
  return Close();
}

SyncRecord Run::Close() {
  record_.scheme = options_.scheme;
  const Duration ended = now_.time_since_epoch();
  record_.ended_s = Seconds(ended);
  if (!record_.reached) {
    record_.time_to_target_s = record_.ended_s;
    record_.steps_to_target = Steps();
  }
  Duration busy{};
  Duration blocked{};
  std::uint64_t sent = 0;
  std::uint64_t due = 0;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const WorkerClock& clock = server_.workers().at(i);
    record_.commits += clock.commits;
    record_.steps += clock.steps;
    record_.commits_per_worker.push_back(clock.commits);
    record_.steps_per_worker.push_back(clock.steps);
    busy += workers_[i].Busy(now_);
    blocked += blocked_total_[i] + (clock.waiting ? now_ - applied_[i] : Duration{});
    sent += workers_[i].values_sent();
    due += workers_[i].values_due();
  }
  const double time = Seconds(ended) * static_cast<double>(workers_.size());
  if (time > 0) {
    record_.busy_share = Seconds(busy) / time;
    record_.waiting_share = 1 - record_.busy_share;
    record_.blocked_share = Seconds(blocked) / time;
    const double periods = time / Seconds(options_.job.gamma);
    record_.implicit_momentum =
        PlottedImplicitMomentum(workers_.size(), static_cast<double>(record_.commits) / periods);
  }
  if (due > 0) record_.sent_share = static_cast<double>(sent) / static_cast<double>(due);
  record_.server_gain = TotalGain(server_.model().ServerGain(), options_.momentum);
  record_.warnings = server_.warnings();
  return std::move(record_);
}

}  // namespace

Result<SyncRecord> RunTraining(const TrainingOptions& options, LearningTask& task, const TrainingWatch& watch) {
  const auto refuse = [&](const std::string& what) {
    return Fail(Code::kInvalidArgument, "run of " + options.scheme + ": expected " + what);
  };
  if (options.fleet.size() == 0 || options.fleet.commit_times.size() != options.fleet.size()) {
    return refuse("a step time and a commit time for each worker");
  }
  if (options.job.workers != options.fleet.size()) return refuse("as many workers as the fleet has");
  if (options.test_every <= Duration{} || options.job.gamma <= Duration{}) return refuse("periods above zero");
  if (!(options.momentum >= 0 && options.momentum < 1)) return refuse("a momentum from 0 to below 1");
  const Result<SyncChoice> choice = ParseSyncChoice(options.scheme);
  if (!choice) return tl::unexpected(choice.error());
  SyncRegistry registry;
  AddBuiltinSyncModels(registry);
  auto model = registry.Make(*choice, options.job);
  if (!model) return tl::unexpected(model.error());
  std::vector<std::unique_ptr<PushFilter>> filters;
  for (std::size_t i = 0; i < options.fleet.size(); ++i) {
    auto filter = MakePushFilter(options.push);
    if (!filter) return tl::unexpected(filter.error());
    filters.push_back(*std::move(filter));
  }
  if (filters.front() && (*model)->push_form() == PushForm::kParameters) {
    return refuse("a model that sends differences, for a push filter");
  }
  return Run(options, *std::move(model), std::move(filters), task).Go(watch);
}

}  // namespace propius
