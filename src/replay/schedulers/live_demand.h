// How many devices each request still takes, as the released code counts: down at the bind, below zero where offers in
// flight were too many.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "replay/schedulers/released.h"

namespace propius {

class LiveDemand {
 public:
  explicit LiveDemand(std::span<const ReleasedJob> jobs) : jobs_(jobs), left_(jobs.size()), gone_(jobs.size()) {}

  std::int64_t operator[](JobPlace job) const { return left_[job]; }
  // A request for one device adds one to what is left of the last request.
  void Ask(JobPlace job) {
    left_[job] = jobs_[job].demand <= 1 ? left_[job] + 1 : static_cast<std::int64_t>(jobs_[job].demand);
  }
  void Refuse(JobPlace job) { left_[job] = 0; }
  // What is left; nothing is taken of a job that has finished.
  std::int64_t Take(JobPlace job) { return gone_[job] ? left_[job] : --left_[job]; }
  void Finish(JobPlace job) {
    left_[job] = 0;
    gone_[job] = true;
  }
  bool finished(JobPlace job) const { return gone_[job]; }

 private:
  std::span<const ReleasedJob> jobs_;
  std::vector<std::int64_t> left_;
  std::vector<bool> gone_;
};

}  // namespace propius
