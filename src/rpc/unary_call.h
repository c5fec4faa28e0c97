// One unary call on its way to its answer: the first of the desk, the caller who goes away and the last holder who
// gives it up decides.
#pragma once

#include <atomic>
#include <memory>

#include <grpcpp/support/server_callback.h>

#include "rpc/grpc_status.h"

namespace propius {

// Copies share the call.
template <typename Response>
class UnaryCall {
 public:
  explicit UnaryCall(Response* response) : holders_(std::make_shared<Holders>(response)) {}

  // What gRPC is given.
  grpc::ServerUnaryReactor* reactor() const { return holders_->reactor.get(); }
  // From any thread; later answers are dropped.
  void Answer(Result<Response> result) const { holders_->reactor->Answer(std::move(result)); }
  grpc::ServerUnaryReactor* Refuse(const Error& error) const {
    Answer(tl::unexpected(error));
    return reactor();
  }
  Done<Response> done() const {
    return [call = *this](Result<Response> result) { call.Answer(std::move(result)); };
  }

 private:
  // Lives until gRPC is done with it and every holder too.
  class Reactor final : public grpc::ServerUnaryReactor {
   public:
    explicit Reactor(Response* response) : response_(response) {}
    void Live(std::shared_ptr<Reactor> self) { self_ = std::move(self); }

    // Whoever is first may touch the response: gRPC keeps it until it is finished.
    void Answer(Result<Response> result) {
      if (answered_.exchange(true)) return;
      if (!result) return Finish(ToGrpc(result.error()));
      *response_ = *std::move(result);
      Finish(grpc::Status::OK);
    }
    void OnCancel() override {
      if (!answered_.exchange(true)) Finish(grpc::Status::CANCELLED);
    }
    void OnDone() override { const std::shared_ptr<Reactor> last = std::move(self_); }

   private:
    Response* response_;
    std::atomic<bool> answered_ = false;
    std::shared_ptr<Reactor> self_;
  };

  struct Holders {
    explicit Holders(Response* response) : reactor(std::make_shared<Reactor>(response)) { reactor->Live(reactor); }
    Holders(const Holders&) = delete;
    Holders& operator=(const Holders&) = delete;
    ~Holders() { reactor->Answer(Fail(Code::kUnavailable, "expected an answer, but the server is shutting down")); }
    std::shared_ptr<Reactor> reactor;
  };

  std::shared_ptr<Holders> holders_;
};

}  // namespace propius
