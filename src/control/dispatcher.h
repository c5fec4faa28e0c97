// The scheduler: snapshot -> policy -> plan. Re-planned on registration, request, fill and end (paper section 3.2).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/runtime.h"
#include "control/job_book.h"
#include "domain/census.h"
#include "scheduling/policy.h"

namespace propius {

class Dispatcher {
 public:
  Dispatcher(Runtime& runtime, JobBook& book, const Census& census, std::unique_ptr<Policy> policy);

  // Several calls within one task make one plan, at the next reading of plan().
  void Replan() { stale_ = true; }
  // The plan now; scores are written to the book when it is made: the first of a group's order has the highest.
  const Plan& plan();
  std::uint64_t plans_made() const { return plans_made_; }

 private:
  Runtime& runtime_;
  JobBook& book_;
  const Census& census_;
  std::unique_ptr<Policy> policy_;
  Plan plan_;
  bool stale_ = true;
  std::uint64_t plans_made_ = 0;
};

}  // namespace propius
