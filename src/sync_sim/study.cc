#include "sync_sim/study.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "sync_sim/training_run.h"

namespace propius {
namespace {

class Study {
 public:
  Study(const std::vector<PlannedRun>& plan, Laboratory& laboratory, const StudyWatch& watch)
      : plan_(plan), laboratory_(laboratory), watch_(watch), runs_(plan.size()) {}

  Result<std::vector<SyncRun>> Go(unsigned cores) {
    {
      std::vector<std::jthread> threads;
      const std::size_t count = std::clamp<std::size_t>(cores, 1, std::max<std::size_t>(1, plan_.size()));
      for (std::size_t i = 1; i < count; ++i) threads.emplace_back([this] { Work(); });
      Work();
    }
    if (failure_) return tl::unexpected(*failure_);
    return std::move(runs_);
  }

 private:
  void Work() {
    for (std::size_t index = next_++; index < plan_.size() && !stopped_; index = next_++) {
      if (const Status done = RunOne(index); !done) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = done.error();
        stopped_ = true;
      }
    }
  }

  Status RunOne(std::size_t index) {
    const PlannedRun& planned = plan_[index];
    const Result<TrainingOptions> options = OptionsOf(planned.settings);
    if (!options) return tl::unexpected(options.error());
    auto task = laboratory_.MakeTask(planned.settings);
    if (!task) return tl::unexpected(task.error());
    auto record = RunTraining(*options, **task, [&](Duration now, const TestScore& score) {
      return Tell({.scheme = planned.settings.scheme, .virtual_s = Seconds(now), .loss = score.loss});
    });
    if (!record) return tl::unexpected(record.error());
    SyncRun& run = runs_[index];
    run = {.group = planned.group, .settings = planned.settings, .record = *std::move(record)};
    run.settings.goal = options->job.goal;
    ++done_;
    Tell({.finished = &run,
          .scheme = planned.settings.scheme,
          .virtual_s = run.record.ended_s,
          .loss = run.record.final_loss});
    return {};
  }

  bool Tell(StudyProgress progress) {
    if (stopped_) return false;
    if (!watch_) return true;
    const std::lock_guard lock(mutex_);
    progress.done = done_;
    progress.of = plan_.size();
    if (!watch_(progress)) stopped_ = true;
    return !stopped_;
  }

  const std::vector<PlannedRun>& plan_;
  Laboratory& laboratory_;
  const StudyWatch& watch_;
  std::vector<SyncRun> runs_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> done_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<SyncRun>> RunStudy(const std::vector<PlannedRun>& plan, Laboratory& laboratory, unsigned cores,
                                      const StudyWatch& watch) {
  return Study(plan, laboratory, watch).Go(cores);
}

}  // namespace propius
