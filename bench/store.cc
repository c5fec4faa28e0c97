// Durable binds through the job store: many that queue up and share commits, beside one at a time, beside one page that
// is written to a file and synced.
#include <future>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "base/real_runtime.h"
#include "bench/scratch_folder.h"
#include "store/sample_records.h"
#include "store/sqlite.h"

namespace propius {
namespace {

constexpr int kQueued = 256;

// What one accepted offer changes: the job's and the round's counters, a bind, and the answer to the device's key.
class Binds {
 public:
  JobChanges Next() {
    JobChanges changes = prototype_;
    changes.bindings.front().slot = {slot_};
    changes.replies.front().key = "device/" + std::to_string(slot_++);
    return changes;
  }

 private:
  JobChanges prototype_{.jobs = {SampleJob(1)},
                        .rounds = {SampleRound(1, 1)},
                        .bindings = {SampleBinding(1, 1, 0)},
                        .replies = {SampleReply("")}};
  std::uint32_t slot_ = 0;
};

// Queues so many binds at once and waits until all are durable.
void Commit(benchmark::State& state, int at_a_time) {
  const ScratchFolder folder("bench-store");
  RealRuntime runtime("bench");
  const std::unique_ptr<JobStore> store =
      OpenSqliteJobStore(runtime, {.file = folder / "jobs.db", .sync = true}).value();
  Binds binds;
  for (auto _ : state) {
    std::promise<void> all;
    int open = at_a_time;
    bool refused = false;
    runtime.Post([&] {
      for (int i = 0; i < at_a_time; ++i) {
        store->Commit(binds.Next(), [&](const Status& status) {
          refused |= !status;
          if (--open == 0) all.set_value();
        });
      }
    });
    all.get_future().wait();
    if (refused) return state.SkipWithError("the store refused a bind");
  }
  state.counters["per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations() * at_a_time), benchmark::Counter::kIsRate);
}

void StoreGroupCommit(benchmark::State& state) { Commit(state, kQueued); }
void StoreOneAtATime(benchmark::State& state) { Commit(state, 1); }

// In place, as in a log that has been round once: a file that grows has its size to sync too.
void StoreBareSync(benchmark::State& state) {
  constexpr off_t kPages = 1'024;
  const ScratchFolder folder("bench-store");
  const int file = open((folder / "pages").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  CHECK(file >= 0);
  const std::string page(4'096, 'p');
  const auto size = static_cast<ssize_t>(page.size());
  for (off_t i = 0; i < kPages; ++i) CHECK(pwrite(file, page.data(), page.size(), i * size) == size);
  CHECK(fsync(file) == 0);
  off_t next = 0;
  for (auto _ : state) {
    if (pwrite(file, page.data(), page.size(), next * size) != size || fdatasync(file) != 0) {
      state.SkipWithError("the file could not be written");
      break;
    }
    next = (next + 1) % kPages;
  }
  close(file);
  state.counters["per_s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

BENCHMARK(StoreGroupCommit)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(StoreOneAtATime)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(StoreBareSync)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
