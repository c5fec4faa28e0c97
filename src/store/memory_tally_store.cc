#include <utility>

#include "base/check.h"
#include "base/crypto.h"
#include "store/memory.h"
#include "store/memory_queue.h"
#include "store/memory_records.h"

namespace propius {
namespace {

class MemoryTallyStore final : public TallyStore {
 public:
  MemoryTallyStore(Runtime& runtime, MemoryDisk& disk, MemoryDiskOptions options)
      : state_(disk.tallies),
        plans_(state_.plans, [](const StoredPlan& plan) { return plan.digest; }),
        tallies_(state_.tallies, [](const StoredTally& tally) { return tally.round; }),
        queue_(runtime, options) {}

  Result<std::vector<StoredTally>> LoadTallies() override { return state_.tallies; }

  void LoadPlan(const Digest& digest, Done<Blob> done) override {
    queue_.Read([this, digest, done = std::move(done)] { done(ReadPlan(digest)); });
  }

  void Commit(TallyChanges changes, Done<void> done) override {
    for (const StoredPlan& plan : changes.plans) CHECK(plan.bytes != nullptr);
    for (const StoredTally& tally : changes.tallies) CHECK(tally.state != nullptr);
    queue_.Write([this, changes = std::move(changes)] { Apply(changes); }, std::move(done));
  }

 private:
  Result<Blob> ReadPlan(const Digest& digest) const {
    const StoredPlan* plan = plans_.Find(digest);
    if (plan == nullptr) return Fail(Code::kNotFound, "memory disk: expected plan " + ToHex(digest) + ", got none");
    if (Sha256(*plan->bytes) != digest) {
      return Fail(Code::kDataLoss, "memory disk: expected a plan with digest " + ToHex(digest) + ", got other bytes");
    }
    return plan->bytes;
  }

  void Apply(const TallyChanges& changes) {
    for (const StoredPlan& plan : changes.plans) plans_.Put(plan);
    for (const StoredTally& tally : changes.tallies) tallies_.Put(tally);
    for (const Digest& digest : changes.removed_plans) plans_.Erase(digest);
    for (const RoundKey& round : changes.removed_tallies) tallies_.Erase(round);
  }

  TallyChanges& state_;
  MemoryRecords<StoredPlan, Digest> plans_;
  MemoryRecords<StoredTally, RoundKey> tallies_;
  MemoryQueue queue_;
};

}  // namespace

std::unique_ptr<TallyStore> OpenMemoryTallyStore(Runtime& runtime, MemoryDisk& disk, MemoryDiskOptions options) {
  return std::make_unique<MemoryTallyStore>(runtime, disk, options);
}

}  // namespace propius
