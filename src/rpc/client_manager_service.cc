#include "propius/v1/client_manager.grpc.pb.h"
#include "rpc/client_session.h"
#include "rpc/services.h"
#include "rpc/unary_call.h"

namespace propius {
namespace {

class ClientManagerService final : public v1::ClientManager::CallbackService, public Draining {
 public:
  ClientManagerService(Runtime& runtime, ClientDesk& desk) : calls_(runtime, desk, door()) {}

  grpc::ServerUnaryReactor* CheckIn(grpc::CallbackServerContext* /*context*/, const v1::CheckInRequest* request,
                                    v1::CheckInResponse* response) override {
    const UnaryCall call(response);
    calls_.CheckIn(*request, call.done());
    return call.reactor();
  }

  grpc::ServerUnaryReactor* Ping(grpc::CallbackServerContext* /*context*/, const v1::PingRequest* request,
                                 v1::PingResponse* response) override {
    const UnaryCall call(response);
    calls_.Ping(*request, call.done());
    return call.reactor();
  }

  grpc::ServerUnaryReactor* Accept(grpc::CallbackServerContext* /*context*/, const v1::AcceptRequest* request,
                                   v1::AcceptResponse* response) override {
    const UnaryCall call(response);
    calls_.Accept(*request, call.done());
    return call.reactor();
  }

  grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>* Session(
      grpc::CallbackServerContext* /*context*/) override {
    const std::shared_ptr<ClientSession> session = ClientSession::Open(calls_);
    streams().Add(session);
    return session.get();
  }

 private:
  const ClientCalls calls_;
};

}  // namespace

std::shared_ptr<grpc::Service> MakeClientManagerService(Runtime& runtime, ClientDesk& desk) {
  return std::make_shared<ClientManagerService>(runtime, desk);
}

}  // namespace propius
