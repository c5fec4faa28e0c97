// The servers of one site on virtual time: a control process, a root and leaves, each on a life of its own, over links
// and disks that the faults may touch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aggregation/registry.h"
#include "scheduling/registry.h"
#include "sim/fault.h"
#include "sim/link.h"
#include "sim/oracle.h"
#include "sim/site_parts.h"
#include "store/memory.h"

namespace propius {

struct SiteOptions {
  std::uint32_t leaves = 2;
  std::string policy = "random";
  Duration window = 1min;      // of devices
  Duration call_timeout = 8s;  // between servers
  JobDeskOptions jobs;
  ClientDeskOptions clients;  // `leaves` is filled in
  NodeOptions root;
  NodeOptions leaf;
};

// Where a test may plant a bug, to see that the oracle finds it: each wraps the real part.
struct SiteSeams {
  std::function<std::unique_ptr<JobStore>(Life&, std::unique_ptr<JobStore>)> job_store;
  std::function<std::unique_ptr<TallyStore>(Life&, std::unique_ptr<TallyStore>)> tally_store;
  std::function<std::unique_ptr<Uplink>(Life&, std::unique_ptr<Uplink>)> uplink;
  std::function<std::unique_ptr<ControlLink>(Life&, std::unique_ptr<ControlLink>)> control_link;
  std::function<void(ReducerRegistry&)> reducers;
};

class VirtualSite {
 public:
  VirtualSite(VirtualRuntime& world, Faults& faults, Oracle& oracle, History& history, SiteOptions options,
              SiteSeams seams = {});
  ~VirtualSite();

  // All processes, dead ones again.
  void StartAll();
  // From now on processes die and links are cut as the faults have it.
  void LetFaultsIn();

  ProcessOf<ControlServer>& control() { return *control_; }
  // The root is the node after the last leaf.
  ProcessOf<NodeServer>& root() { return *nodes_.back(); }
  ProcessOf<NodeServer>& leaf(std::size_t index) { return *nodes_[index]; }
  ProcessOf<NodeServer>& node(std::size_t index) { return *nodes_[index]; }
  std::size_t nodes() const { return nodes_.size(); }
  // The index of the leaf that a ticket names.
  std::size_t LeafAt(const std::string& url) const;

  // Ways of jobs and devices to the servers, of a leaf to the root, of the root to the control process.
  Link& public_link() { return public_link_; }
  Link& uplink(std::size_t leaf) { return *uplinks_[leaf]; }
  Link& control_link() { return control_link_; }
  const Sealer& sealer() const { return sealer_; }
  MemoryDisk& disk() { return disk_; }
  const SiteOptions& options() const { return options_; }

 private:
  Result<std::unique_ptr<ControlServer>> BuildControl(Life& life);
  Result<std::unique_ptr<NodeServer>> BuildRoot(Life& life);
  Result<std::unique_ptr<NodeServer>> BuildLeaf(Life& life, std::size_t index);
  void Start(ServerProcess& process);
  void KillLater(ServerProcess& process, Duration FaultPlan::* mean);
  // Stops, drains or kills a process, as the faults have it.
  void Strike(ServerProcess& process);
  void Drain(NodeServer& server, ServerProcess& process);
  void KillSoon(ServerProcess& process);
  void RestartLater(ServerProcess& process);
  void CutLater(std::size_t leaf);

  VirtualRuntime& world_;
  Faults& faults_;
  Oracle& oracle_;
  History& history_;
  SiteOptions options_;
  SiteSeams seams_;
  Sealer sealer_;
  PolicyRegistry policies_;
  ReducerRegistry reducers_;
  MemoryDisk disk_;
  Link public_link_;
  Link control_link_;
  std::vector<std::unique_ptr<Link>> uplinks_;
  std::unique_ptr<ProcessOf<ControlServer>> control_;
  std::vector<std::unique_ptr<ProcessOf<NodeServer>>> nodes_;
};

}  // namespace propius
