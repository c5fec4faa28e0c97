// A root's store that remembers how its latest commit ended: a root that cannot write is not ready.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "store/tally_store.h"

namespace propius {

class WatchedStore final : public TallyStore {
 public:
  // `store` must outlive this.
  explicit WatchedStore(TallyStore& store) : store_(store) {}

  Result<std::vector<StoredTally>> LoadTallies() override { return store_.LoadTallies(); }
  void LoadPlan(const Digest& digest, Done<Blob> done) override { store_.LoadPlan(digest, std::move(done)); }
  void Commit(TallyChanges changes, Done<void> done) override {
    store_.Commit(std::move(changes), [latest = latest_, done = std::move(done)](const Status& status) {
      *latest = status;
      done(status);
    });
  }

  const Status& latest() const { return *latest_; }

 private:
  TallyStore& store_;
  std::shared_ptr<Status> latest_ = std::make_shared<Status>();  // a commit may outlive the store's user
};

}  // namespace propius
