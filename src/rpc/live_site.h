// For tests: a control plane in memory on a real runtime, served over gRPC on a free port of loopback.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "base/real_runtime.h"
#include "control/testing.h"
#include "propius/v1/client_manager.grpc.pb.h"
#include "propius/v1/job_manager.grpc.pb.h"
#include "propius/v1/scheduler.grpc.pb.h"
#include "rpc/server.h"
#include "rpc/services.h"

namespace propius {

class LiveSite {
 public:
  explicit LiveSite(std::map<std::string, TenantId> tokens = {{"", "default"}});
  ~LiveSite();

  // Runs `task` on the runtime and waits for it.
  void On(const std::function<void()>& task);

  RealRuntime runtime{"control"};
  Sealer sealer{std::string(32, 's')};
  MemoryDisk disk;
  std::unique_ptr<JobStore> store;
  std::unique_ptr<JobBook> book;
  std::unique_ptr<DeviceWindow> window;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<JobDesk> job_desk;
  std::unique_ptr<ClientDesk> client_desk;
  std::unique_ptr<RpcServer> server;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::JobManager::Stub> jobs;
  std::unique_ptr<v1::ClientManager::Stub> devices;
  std::unique_ptr<v1::Scheduler::Stub> scheduler;
  std::unique_ptr<v1::RoundBoard::Stub> board;
};

// A call that gives up after a while, so that a test ends.
struct Patient : grpc::ClientContext {
  explicit Patient(const std::string& authorization = "") {
    set_deadline(gpr_time_from_millis(20'000, GPR_TIMESPAN));
    if (!authorization.empty()) AddMetadata("authorization", authorization);
  }
};

inline std::shared_ptr<grpc::Channel> ChannelTo(const RpcServer& server) {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(server.port()), grpc::InsecureChannelCredentials());
}

v1::RegisterJobRequest SmallJob(const std::string& key);
v1::RequestRoundRequest RoundOf(std::uint64_t job, const std::string& key);
// Registers a job and opens its first round.
v1::RoundKey OpenRound(LiveSite& site, std::uint32_t demand = 1);

// Keeps tasks instead of running them.
class HoldingRuntime final : public Runtime {
 public:
  Time Now() const override { return RealNow(); }
  void At(Time /*when*/, Task task) override {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(task));
    came_.notify_all();
  }
  Rng& Chance() override { return chance_; }

  void AwaitTask() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return !held_.empty(); });
  }
  // As a runtime that is stopped.
  void DropAll() {
    std::vector<Task> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(held_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Task> held_;
  Rng chance_{1};
};

}  // namespace propius
