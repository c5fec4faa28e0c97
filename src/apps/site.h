// The composition root of `propius serve`: constructs the rooms that the configuration asks for, and connects them.
#pragma once

#include <atomic>
#include <memory>

#include "apps/control_plane.h"
#include "apps/data_plane_server.h"
#include "base/metrics.h"
#include "base/result.h"
#include "config/serve_config.h"
#include "http/server.h"

namespace propius {

class Site {
 public:
  // Listens when it returns. Fails on a port that is taken, a store that does not open, an unknown policy; then nothing
  // runs.
  static Result<std::unique_ptr<Site>> Open(const ServeConfig& config);
  ~Site();

  // Not ready, and no new work; what a leaf holds is pushed; returns within the limit.
  void Drain(Duration limit);

 private:
  Site() = default;
  // On any thread but the runtimes'.
  Status Ready();

  std::atomic<bool> draining_ = false;
  Metrics metrics_;
  std::unique_ptr<ControlPlane> control_;
  std::unique_ptr<DataPlaneServer> root_;
  std::unique_ptr<DataPlaneServer> leaf_;
  std::unique_ptr<HttpServer> admin_;
};

}  // namespace propius
