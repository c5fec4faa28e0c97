// What the tests of both kinds of stores need: a runtime, a folder, and calls that wait for their answer.
#pragma once

#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/real_runtime.h"
#include "base/testing.h"
#include "store/memory.h"
#include "store/sqlite.h"

namespace propius {

// From a task of the runtime, as desks do.
template <typename Store, typename Changes>
Status CommitAndWait(Runtime& runtime, Store& store, Changes changes) {
  std::promise<Status> answer;
  runtime.Post([&] { store.Commit(std::move(changes), [&](const Status& status) { answer.set_value(status); }); });
  return answer.get_future().get();
}

inline Result<Blob> LoadPlanAndWait(Runtime& runtime, TallyStore& store, const Digest& digest) {
  std::promise<Result<Blob>> answer;
  runtime.Post([&] { store.LoadPlan(digest, [&](const Result<Blob>& plan) { answer.set_value(plan); }); });
  return answer.get_future().get();
}

// One kind of storage, by name: "memory" or "sqlite".
class StorageFixture : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<JobStore> OpenJobs() {
    if (GetParam() == "memory") return OpenMemoryJobStore(runtime_, disk_);
    return OpenSqliteJobStore(runtime_, {folder_ / "jobs.db", false}).value();
  }
  std::unique_ptr<TallyStore> OpenTallies() {
    if (GetParam() == "memory") return OpenMemoryTallyStore(runtime_, disk_);
    return OpenSqliteTallyStore(runtime_, {folder_ / "tallies.db", false}).value();
  }

  TestFolder folder_;
  MemoryDisk disk_;
  RealRuntime runtime_{"test"};
};

inline std::string StorageName(const testing::TestParamInfo<std::string>& storage) { return storage.param; }

}  // namespace propius
