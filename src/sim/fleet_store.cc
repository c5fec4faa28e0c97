#include "sim/fleet_store.h"

#include <utility>

namespace propius {
namespace {

class ForgetfulJobStore final : public JobStore {
 public:
  explicit ForgetfulJobStore(Runtime& runtime) : runtime_(runtime) {}

  Result<JobChanges> Load() override { return JobChanges(); }
  void Commit(JobChanges /*changes*/, Done<void> done) override {
    runtime_.Post([done = std::move(done)] { done(Status()); });
  }

 private:
  Runtime& runtime_;
};

}  // namespace

std::unique_ptr<JobStore> MakeForgetfulJobStore(Runtime& runtime) {
  return std::make_unique<ForgetfulJobStore>(runtime);
}

}  // namespace propius
