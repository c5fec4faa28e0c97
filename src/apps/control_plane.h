// Job manager, scheduler and client manager in one process on one runtime, behind gRPC.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "base/real_runtime.h"
#include "base/workers.h"
#include "config/serve_config.h"
#include "control/client_desk.h"
#include "control/job_desk.h"
#include "rpc/server.h"
#include "store/device_window.h"
#include "store/job_store.h"

namespace propius {

class ControlPlane {
 public:
  static Result<std::unique_ptr<ControlPlane>> Open(const ServeConfig& config, const Sealer& sealer, Metrics& metrics);
  ~ControlPlane();

  // An error while the store refuses changes.
  Status Ready();
  // From now on it is not healthy and takes no new work; what is under way goes on.
  void StopTaking();
  void Drain(Duration limit);

 private:
  ControlPlane();
  Status Build(const ServeConfig& config, const Sealer& sealer);
  Status Listen(const ServeConfig& config, const Sealer& sealer);
  void Sample(Metrics& metrics);

  std::unique_ptr<Workers> workers_ = MakeThreadWorkers(SpareCores());  // for large plans
  RealRuntime runtime_;
  std::unique_ptr<JobStore> store_;
  std::unique_ptr<DeviceWindow> window_;
  std::unique_ptr<JobBook> book_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<JobDesk> job_desk_;
  std::unique_ptr<ClientDesk> client_desk_;
  std::unique_ptr<RpcServer> server_;
};

}  // namespace propius
