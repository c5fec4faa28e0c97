#include "experiments/parallel_runs.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <optional>

#include "base/workers.h"
#include "report/number.h"

namespace propius {
namespace {

constexpr Duration kTick = 200ms;

// What the threads share.
struct Board {
  explicit Board(std::size_t runs) : shares(runs), results(runs) {}

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::atomic<double>> shares;
  std::vector<std::optional<Result<RunRecord>>> results;
  std::vector<std::size_t> news;  // finished since the caller last looked
  std::size_t ended = 0;
  std::atomic<bool> stopped = false;
};

void RunOne(Board& board, std::size_t index, const RunAsked& asked, const Simulate& simulate) {
  Result<RunRecord> result = Fail(Code::kAborted, "stopped");
  if (!board.stopped) {
    result = simulate(asked, [&](double share) {
      board.shares[index] = std::clamp(share, 0.0, 1.0);
      return !board.stopped;
    });
  }
  if (!result) board.stopped = true;
  board.shares[index] = 1;
  const std::lock_guard lock(board.mutex);
  board.results[index] = std::move(result);
  board.news.push_back(index);
  ++board.ended;
  board.changed.notify_one();
}

double Share(const Board& board) {
  const double sum = std::accumulate(board.shares.begin(), board.shares.end(), 0.0,
                                     [](double so_far, const std::atomic<double>& share) { return so_far + share; });
  return board.shares.empty() ? 1 : sum / static_cast<double>(board.shares.size());
}

}  // namespace

Result<std::vector<FinishedRun>> RunAll(const std::vector<RunAsked>& asked, const Simulate& simulate,
                                        const ParallelRuns& how) {
  Board board(asked.size());
  // Its end waits for the runs, so it must end before the board does.
  const std::unique_ptr<Workers> workers = MakeThreadWorkers(how.cores);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    workers->Run([&board, i, &asked, &simulate] { RunOne(board, i, asked[i], simulate); });
  }
  std::size_t done = 0;
  std::unique_lock lock(board.mutex);
  while (done < asked.size()) {
    board.changed.wait_for(lock, kTick, [&] { return !board.news.empty(); });
    const std::vector<std::size_t> news = std::exchange(board.news, {});
    lock.unlock();
    if (how.stop()) board.stopped = true;
    for (const std::size_t index : news) {
      ++done;
      const Result<RunRecord>& result = *board.results[index];
      if (!result) continue;
      const FinishedRun finished{.asked = asked[index], .record = *result};
      how.progress({.runs = asked.size(), .done = done, .share = Share(board), .finished = &finished});
    }
    if (news.empty()) how.progress({.runs = asked.size(), .done = done, .share = Share(board)});
    lock.lock();
  }

  std::optional<Error> failed;
  std::vector<FinishedRun> runs;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Result<RunRecord>& result = *board.results[i];
    if (result) {
      runs.push_back({.asked = asked[i], .record = *std::move(result)});
    } else if (!failed || failed->code == Code::kAborted) {
      failed = result.error();
      if (failed->code != Code::kAborted) failed->message = ShowAsked(asked[i]) + ": " + failed->message;
    }
  }
  if (failed) return tl::unexpected(*failed);
  return runs;
}

std::string ShowAsked(const RunAsked& asked) {
  std::string text = asked.policy + " on " + asked.workload;
  if (!asked.variant.empty()) text += " (" + asked.variant + ")";
  text += ", seed " + std::to_string(asked.seed);
  if (asked.population > 0) text += ", " + ShowCount(asked.population) + " devices";
  return text;
}

std::string ShowFinished(const FinishedRun& run) {
  const RunRecord& record = run.record;
  const double micros = record.checkins == 0 ? 0 : 1e6 * record.loop_cpu_s / static_cast<double>(record.checkins);
  return ShowAsked(run.asked) + ": average JCT " + ShowFixed(record.average_jct(), 0) + " s, " +
         std::to_string(record.finished()) + " of " + std::to_string(record.jobs.size()) + " jobs, " +
         ShowCount(static_cast<std::int64_t>(record.checkins)) + " check-ins at " + ShowCompact(micros) + " µs";
}

}  // namespace propius
