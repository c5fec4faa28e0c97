#include "sim/faulty_store.h"

#include <algorithm>
#include <utility>

namespace propius {
namespace {

// Refuses, delays and kills around one commit after the other.
class Troubled {
 public:
  Troubled(Runtime& life, DiskTroubles troubles) : life_(life), troubles_(std::move(troubles)) {}

  void Commit(const std::function<void(Done<void>)>& write, Done<void> done) {
    Rng& chance = life_.Chance();
    Faults& faults = troubles_.faults;
    const double latency = Seconds(faults.plan().max_disk_latency);
    if (faults.Strikes(faults.plan().kill_in_commit, "kill_in_commit", chance)) {
      life_.After(FromSeconds(chance.Uniform(0, 2 * latency)), troubles_.kill);
    }
    if (faults.Strikes(faults.plan().refuse_commit, "refused_commit", chance)) {
      return Answer(Fail(Code::kUnavailable, "the disk refused"), latency, std::move(done));
    }
    write([this, latency, done = std::move(done)](Status written) mutable {
      Answer(std::move(written), latency, std::move(done));
    });
  }

 private:
  // What is on disk but not acknowledged when the process dies must be as good as either.
  void Answer(Status status, double latency, Done<void> done) {
    last_ = std::max(last_, life_.Now() + FromSeconds(life_.Chance().Uniform(0, latency)));
    life_.At(last_, [status = std::move(status), done = std::move(done)] { done(status); });
  }

  Runtime& life_;
  DiskTroubles troubles_;
  Time last_;  // answers keep the order of the commits
};

class FaultyJobStore final : public JobStore {
 public:
  FaultyJobStore(Runtime& life, std::unique_ptr<JobStore> disk, DiskTroubles troubles,
                 std::function<void(const JobChanges&)> durable)
      : disk_(std::move(disk)), troubled_(life, std::move(troubles)), durable_(std::move(durable)) {}

  Result<JobChanges> Load() override { return disk_->Load(); }

  void Commit(JobChanges changes, Done<void> done) override {
    const auto write = [this, &changes](Done<void> written) {
      const auto record = std::make_shared<JobChanges>(changes);
      disk_->Commit(std::move(changes), [this, record, written = std::move(written)](Status status) {
        if (status) durable_(*record);
        written(std::move(status));
      });
    };
    troubled_.Commit(write, std::move(done));
  }

 private:
  std::unique_ptr<JobStore> disk_;
  Troubled troubled_;
  std::function<void(const JobChanges&)> durable_;
};

class FaultyTallyStore final : public TallyStore {
 public:
  FaultyTallyStore(Runtime& life, std::unique_ptr<TallyStore> disk, DiskTroubles troubles)
      : disk_(std::move(disk)), troubled_(life, std::move(troubles)) {}

  Result<std::vector<StoredTally>> LoadTallies() override { return disk_->LoadTallies(); }
  void LoadPlan(const Digest& digest, Done<Blob> done) override { disk_->LoadPlan(digest, std::move(done)); }
  void Commit(TallyChanges changes, Done<void> done) override {
    const auto write = [this, &changes](Done<void> written) { disk_->Commit(std::move(changes), std::move(written)); };
    troubled_.Commit(write, std::move(done));
  }

 private:
  std::unique_ptr<TallyStore> disk_;
  Troubled troubled_;
};

}  // namespace

std::unique_ptr<JobStore> MakeFaultyJobStore(Runtime& life, std::unique_ptr<JobStore> disk, DiskTroubles troubles,
                                             std::function<void(const JobChanges&)> durable) {
  return std::make_unique<FaultyJobStore>(life, std::move(disk), std::move(troubles), std::move(durable));
}

std::unique_ptr<TallyStore> MakeFaultyTallyStore(Runtime& life, std::unique_ptr<TallyStore> disk,
                                                 DiskTroubles troubles) {
  return std::make_unique<FaultyTallyStore>(life, std::move(disk), std::move(troubles));
}

}  // namespace propius
