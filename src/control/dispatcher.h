// The scheduler: snapshot -> policy -> plan. Re-planned on registration, request, fill and end (paper section 3.2).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/runtime.h"
#include "control/job_book.h"
#include "domain/census.h"
#include "scheduling/policy.h"

namespace propius {

// The plan as check-ins walk it: what is the same for every device is worked out once per plan.
struct Lineup {
  struct Place {
    RoundKey round;
    std::size_t needs = 0;  // index into `needs`
  };
  struct Queue {
    Constraint admits;
    std::vector<Place> places;  // first served first
  };
  std::vector<Queue> queues;
  std::vector<Constraint> needs;  // each distinct one once: thousands of jobs ask for a handful
};

class Dispatcher {
 public:
  Dispatcher(Runtime& runtime, JobBook& book, const Census& census, std::unique_ptr<Policy> policy);

  // Several calls within one task make one plan, at the next reading of plan().
  void Replan() { stale_ = true; }
  // The plan now; scores are written to the book when it is made: the first of a group's order has the highest.
  const Plan& plan();
  // The same, for walking; valid until the next call.
  const Lineup& lineup();
  std::uint64_t plans_made() const { return plans_made_; }

 private:
  void MakePlan();
  void WriteScores();
  void LineUp(const std::vector<OpenRequest>& requests);

  Runtime& runtime_;
  JobBook& book_;
  const Census& census_;
  std::unique_ptr<Policy> policy_;
  Plan plan_;
  Lineup lineup_;
  std::vector<JobId> scored_;
  bool stale_ = true;
  std::uint64_t plans_made_ = 0;
};

}  // namespace propius
