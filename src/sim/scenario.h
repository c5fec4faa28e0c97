// One simulated run: a site, jobs, devices and faults as values, and what came of them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event.h"
#include "sim/model_device.h"
#include "sim/model_job.h"
#include "sim/stage.h"

namespace propius {

struct Scenario {
  std::string name = "Plain";  // of the function that made it, for replaying
  std::uint64_t seed = 1;
  SiteOptions site;
  FaultPlan faults;
  std::vector<JobTraits> jobs;
  std::uint32_t devices = 12;
  std::uint32_t idle_devices = 0;  // of them, take tasks and do nothing with them until the calm
  Duration min_train = 1s;
  Duration max_train = 20s;
  // Then the calm begins: all processes and devices come back and nothing goes wrong any more.
  Duration storm = 5min;
  // Starts in the calm, once the storm's devices are settled.
  std::optional<JobTraits> calm_job;
  // All jobs must be done by then.
  Duration limit = 3h;
  std::size_t kept_lines = 0;
  OracleOptions oracle;
};

struct Outcome {
  std::string scenario;
  std::uint64_t seed = 0;
  std::vector<std::string> violations;
  std::string digest;
  std::uint64_t steps = 0;
  Duration span{};  // virtual
  std::uint64_t rounds = 0;
  std::uint64_t binds = 0;
  std::uint64_t counted = 0;  // contributions in results
  std::uint64_t told_committed = 0;
  std::uint64_t told_late = 0;
  std::uint64_t told_rejected = 0;
  std::map<std::string, std::uint64_t> faults;
  std::map<std::string, std::uint64_t> outcomes;  // of rounds
  std::vector<std::string> history{};             // the last lines, if any were kept
};

// A scenario on the stage, for tests that interfere; RunScenario is all of it.
class Trial {
 public:
  explicit Trial(Scenario scenario, SiteSeams seams = {});
  ~Trial();

  Stage& stage() { return *stage_; }
  VirtualSite& site() { return *site_; }
  VirtualRuntime& world() { return world_; }
  std::vector<std::unique_ptr<ModelDevice>>& devices() { return devices_; }
  std::vector<std::unique_ptr<ModelJob>>& jobs() { return jobs_; }

  void Start();
  void BeginCalm();
  // Until every job is finished or abandoned and every round of them over, or the limit is reached.
  void RunToEnd();
  Outcome Finish();

 private:
  void AddDevices();
  void AddJob(const JobTraits& traits);
  bool Over() const;
  void InspectWindow();
  // What no job has read, straight from the root.
  void ReadTheRest();

  Scenario scenario_;
  VirtualRuntime world_;
  Faults faults_;
  History history_;
  Oracle oracle_;
  EventSink outer_sink_;
  std::unique_ptr<VirtualSite> site_;
  std::unique_ptr<Stage> stage_;
  std::vector<std::unique_ptr<ModelDevice>> devices_;
  std::vector<std::unique_ptr<ModelJob>> jobs_;
};

Outcome RunScenario(const Scenario& scenario, const SiteSeams& seams = {});

}  // namespace propius
