// Workloads as runs ask for them; what several runs share is read once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "experiments/run.h"
#include "workload/workload.h"

namespace propius {

// Thread-safe.
class WorkloadShelf {
 public:
  Result<Workload> Make(const RunAsked& asked);

 private:
  Result<std::shared_ptr<const SessionTrace>> SessionsOf(const RunAsked& asked);
  Result<Fleet> FleetOf(const DevicesAsked& devices, bool by_class);
  Result<std::vector<Fleet::Capacity>> CapacitiesOf(const DevicesAsked& devices, std::size_t count);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const SessionTrace>> sessions_;  // by file
  std::map<std::string, std::vector<Fleet::Capacity>> capacities_;
};

// The jobs of a list with their changes made; ids and order stay.
std::vector<ArrivingJob> Changed(std::vector<ArrivingJob> jobs, const JobListChanges& changes);

}  // namespace propius
