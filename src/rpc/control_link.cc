#include "rpc/control_link.h"

#include <mutex>
#include <set>

#include <grpcpp/grpcpp.h>

#include "propius/v1/scheduler.grpc.pb.h"
#include "rpc/grpc_status.h"
#include "wire/convert_job.h"

namespace propius {
namespace {

constexpr const char* kName = "root";
constexpr Duration kTokenLife = 1min;
constexpr Duration kDeadline = 5s;
constexpr int kMaxBackoffMs = 1'000;

struct Call {
  grpc::ClientContext context;
  v1::CloseRoundRequest request;
  v1::CloseRoundResponse response;
};

// What calls under way share with the link; they may outlive it, and find it closed.
class Line {
 public:
  explicit Line(Runtime& runtime) : runtime_(&runtime) {}

  void Add(const std::shared_ptr<Call>& call) {
    const std::lock_guard lock(mutex_);
    calls_.insert(call);
  }

  void Tell(const std::shared_ptr<Call>& call, const Done<BindCensus>& done, Result<BindCensus> census) {
    const std::lock_guard lock(mutex_);
    calls_.erase(call);
    if (runtime_ == nullptr) return;
    runtime_->Post([done, census = std::move(census)]() mutable { done(std::move(census)); });
  }

  void Close() {
    std::set<std::shared_ptr<Call>> open;
    {
      const std::lock_guard lock(mutex_);
      runtime_ = nullptr;
      open.swap(calls_);
    }
    for (const std::shared_ptr<Call>& call : open) call->context.TryCancel();
  }

 private:
  std::mutex mutex_;
  Runtime* runtime_;
  std::set<std::shared_ptr<Call>> calls_;
};

std::shared_ptr<grpc::Channel> Connect(const std::string& target) {
  grpc::ChannelArguments arguments;
  // A control plane that restarts is back within the grace of a closing round.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kMaxBackoffMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxBackoffMs);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

class RpcControlLink final : public ControlLink {
 public:
  RpcControlLink(Runtime& runtime, const std::string& target, Sealer sealer)
      : runtime_(runtime),
        sealer_(std::move(sealer)),
        stub_(v1::RoundBoard::NewStub(Connect(target))),
        line_(std::make_shared<Line>(runtime)) {}
  ~RpcControlLink() override { line_->Close(); }

  void RoundClosed(const RoundClosure& closure, Done<BindCensus> done) override {
    const auto call = std::make_shared<Call>();
    call->request = ToMessage(closure);
    const std::string token = sealer_.Seal(NodeToken{kName, runtime_.Now() + kTokenLife});
    call->context.AddMetadata("authorization", "Propius-Node " + token);
    // gRPC takes a span of time for a deadline from now.
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(kDeadline).count();
    call->context.set_deadline(gpr_time_from_millis(ms, GPR_TIMESPAN));
    line_->Add(call);
    stub_->async()->CloseRound(
        &call->context, &call->request, &call->response,
        [line = line_, call, done = std::move(done)](const grpc::Status& status) {
          line->Tell(call, done, status.ok() ? FromMessage(call->response) : tl::unexpected(FromGrpc(status)));
        });
  }

 private:
  Runtime& runtime_;
  const Sealer sealer_;
  const std::unique_ptr<v1::RoundBoard::Stub> stub_;
  const std::shared_ptr<Line> line_;
};

}  // namespace

std::unique_ptr<ControlLink> MakeRpcControlLink(Runtime& runtime, std::string target, Sealer sealer) {
  return std::make_unique<RpcControlLink>(runtime, target, std::move(sealer));
}

}  // namespace propius
