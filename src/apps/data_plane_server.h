// One node of the data plane, root or leaf, on a runtime of its own behind HTTP.
#pragma once

#include <memory>
#include <string>

#include "aggregation/registry.h"
#include "base/metrics.h"
#include "base/real_runtime.h"
#include "base/workers.h"
#include "config/serve_config.h"
#include "http/server.h"

namespace propius {

class DataPlaneServer {
 public:
  static Result<std::unique_ptr<DataPlaneServer>> OpenRoot(const ServeConfig& config, const Sealer& sealer,
                                                           Metrics& metrics);
  static Result<std::unique_ptr<DataPlaneServer>> OpenLeaf(const ServeConfig& config, const Sealer& sealer,
                                                           Metrics& metrics);
  ~DataPlaneServer();

  // An error while it cannot keep what it is told.
  Status Ready();
  void Drain(Duration limit);

 private:
  explicit DataPlaneServer(const std::string& name);
  Status OpenNode(const Sealer& sealer, const NodeOptions& options);
  Status Listen(const Listener& at, const NodeOptions& options, Metrics& metrics);

  std::string name_;
  RealRuntime runtime_;
  ReducerRegistry reducers_;
  std::unique_ptr<TallyStore> store_;
  std::unique_ptr<ControlLink> control_;
  std::unique_ptr<Uplink> uplink_;
  std::unique_ptr<Workers> workers_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace propius
