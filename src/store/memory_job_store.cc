#include <limits>
#include <utility>

#include "store/memory.h"
#include "store/memory_queue.h"
#include "store/memory_records.h"

namespace propius {
namespace {

using BindingKey = std::pair<RoundKey, Slot>;
constexpr RoundNumber kLastRound{std::numeric_limits<std::uint32_t>::max()};
constexpr Slot kLastSlot{std::numeric_limits<std::uint32_t>::max()};

class MemoryJobStore final : public JobStore {
 public:
  MemoryJobStore(Runtime& runtime, MemoryDisk& disk, MemoryDiskOptions options)
      : state_(disk.jobs),
        jobs_(state_.jobs, [](const Job& job) { return job.id; }),
        rounds_(state_.rounds, [](const Round& round) { return round.terms.key(); }),
        bindings_(state_.bindings, [](const Binding& binding) { return BindingKey(binding.round, binding.slot); }),
        replies_(state_.replies, [](const MemoisedReply& reply) { return reply.key; }),
        queue_(runtime, options) {}

  Result<JobChanges> Load() override { return state_; }

  void Commit(JobChanges changes, Done<void> done) override {
    queue_.Write([this, changes = std::move(changes)] { Apply(changes); }, std::move(done));
  }

 private:
  void Apply(const JobChanges& changes) {
    for (const Job& job : changes.jobs) jobs_.Put(job);
    for (const Round& round : changes.rounds) rounds_.Put(round);
    for (const Binding& binding : changes.bindings) bindings_.Put(binding);
    for (const MemoisedReply& reply : changes.replies) replies_.Put(reply);
    if (changes.next_job != JobId{}) state_.next_job = changes.next_job;
    for (const JobId job : changes.removed_jobs) {
      jobs_.Erase(job);
      rounds_.EraseBetween({job, {}}, {job, kLastRound});
      bindings_.EraseBetween({{job, {}}, {}}, {{job, kLastRound}, kLastSlot});
    }
    for (const RoundKey& round : changes.removed_bindings) {
      bindings_.EraseBetween({round, {}}, {round, kLastSlot});
    }
    for (const std::string& key : changes.removed_replies) replies_.Erase(key);
  }

  JobChanges& state_;
  MemoryRecords<Job, JobId> jobs_;
  MemoryRecords<Round, RoundKey> rounds_;
  MemoryRecords<Binding, BindingKey> bindings_;
  MemoryRecords<MemoisedReply, std::string> replies_;
  MemoryQueue queue_;
};

}  // namespace

std::unique_ptr<JobStore> OpenMemoryJobStore(Runtime& runtime, MemoryDisk& disk, MemoryDiskOptions options) {
  return std::make_unique<MemoryJobStore>(runtime, disk, options);
}

}  // namespace propius
