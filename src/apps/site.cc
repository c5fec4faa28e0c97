#include "apps/site.h"

#include "base/event.h"
#include "config/cluster_key.h"
#include "config/files.h"
#include "http/admin.h"

namespace propius {
Result<std::unique_ptr<Site>> Site::Open(const ServeConfig& config) {
  if (const Status made = MakeFolder(config.data_dir); !made) return tl::unexpected(made.error());
  const Result<Sealer> sealer = OpenSealer(config);
  if (!sealer) return tl::unexpected(sealer.error());

  std::unique_ptr<Site> site(new Site());
  if (config.control) {
    auto control = ControlPlane::Open(config, *sealer, site->metrics_);
    if (!control) return tl::unexpected(control.error());
    site->control_ = *std::move(control);
  }
  if (config.root) {
    auto root = DataPlaneServer::OpenRoot(config, *sealer, site->metrics_);
    if (!root) return tl::unexpected(root.error());
    site->root_ = *std::move(root);
  }
  if (config.leaf) {
    auto leaf = DataPlaneServer::OpenLeaf(config, *sealer, site->metrics_);
    if (!leaf) return tl::unexpected(leaf.error());
    site->leaf_ = *std::move(leaf);
  }
  HttpServerOptions admin;
  admin.address = config.admin_at.address;
  admin.port = config.admin_at.port;
  auto server = HttpServer::Start(admin, MakeAdmin(site->metrics_, [site = site.get()] { return site->Ready(); }));
  if (!server) return tl::unexpected(server.error());
  site->admin_ = *std::move(server);
  Event(Severity::kInfo, "serving",
        {{"control", config.control ? config.control_at.HostPort() : "off"},
         {"root", config.root ? config.root_at.Url() : "off"},
         {"leaf", config.leaf ? config.leaf_at.Url() : "off"},
         {"admin", config.admin_at.Url()},
         {"policy", config.policy.name},
         {"data_dir", config.data_dir.string()}});
  return site;
}

Site::~Site() {
  // Whoever calls goes before whom it calls.
  admin_.reset();
  leaf_.reset();
  root_.reset();
  control_.reset();
}

Status Site::Ready() {
  if (draining_) return Fail(Code::kUnavailable, "site: expected to take work, it is shutting down");
  Status status;
  if (control_) status = control_->Ready();
  if (status && root_) status = root_->Ready();
  return status;
}

void Site::Drain(Duration limit) {
  draining_ = true;
  if (control_) control_->StopTaking();
  if (leaf_) leaf_->Drain(limit / 2);
  if (root_) root_->Drain(limit / 4);
  if (control_) control_->Drain(limit / 4);
}

}  // namespace propius
