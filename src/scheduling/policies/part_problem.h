// One part of a cut problem, as the policy that plans it sees it.
#pragma once

#include <mutex>
#include <vector>

#include "scheduling/policy.h"

namespace propius {

// A census that several threads may ask: a window keeps what it last counted.
class SharedCensus final : public Census {
 public:
  explicit SharedCensus(const Census& whole) : whole_(whole) {}
  std::int64_t Size() const override {
    const std::lock_guard lock(mutex_);
    return whole_.Size();
  }
  std::int64_t SubsetSize(const Constraint& constraint) const override {
    const std::lock_guard lock(mutex_);
    return whole_.SubsetSize(constraint);
  }

 private:
  const Census& whole_;
  mutable std::mutex mutex_;
};

// The devices of one of `parts` equal parts.
class PartCensus final : public Census {
 public:
  PartCensus(const Census& whole, std::size_t parts) : whole_(whole), parts_(static_cast<std::int64_t>(parts)) {}
  std::int64_t Size() const override { return Share(whole_.Size()); }
  std::int64_t SubsetSize(const Constraint& constraint) const override { return Share(whole_.SubsetSize(constraint)); }

 private:
  std::int64_t Share(std::int64_t devices) const { return (devices + parts_ / 2) / parts_; }

  const Census& whole_;
  std::int64_t parts_;
};

class PartProblem {
 public:
  // In ascending order of jobs, both; a request after its job.
  void AddJob(const Snapshot& seen, std::size_t index) { jobs_.push_back(seen.jobs[index]); }
  void AddRequest(OpenRequest request);

  Snapshot Seen(const Snapshot& whole, const Census& census) const {
    return {whole.now, jobs_, requests_, census, whole.supply, whole.experience};
  }

 private:
  std::vector<KnownJob> jobs_;
  std::vector<OpenRequest> requests_;
};

}  // namespace propius
