// One session of a gateway: many calls of devices on one stream, a bounded number of them at a time.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include <grpcpp/support/server_callback.h>

#include "rpc/client_calls.h"
#include "rpc/open_streams.h"

namespace propius {

class ClientSession final : public grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>, public Stream {
 public:
  // Alive until gRPC is done with it and every call on it is answered.
  static std::shared_ptr<ClientSession> Open(const ClientCalls& calls);

  void Stop() override;
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // The right to answer one request of the stream, once.
  class Turn;

  explicit ClientSession(const ClientCalls& calls) : calls_(calls) {}
  void Ask(const v1::SessionRequest& request);
  void Enqueue(v1::SessionResponse response);
  void End(const grpc::Status& status);
  // With the mutex: whatever can be done next.
  void Proceed();

  const ClientCalls calls_;
  std::mutex mutex_;
  v1::SessionRequest request_;
  v1::SessionResponse writing_;
  std::deque<v1::SessionResponse> queue_;
  int in_flight_ = 0;  // read and not yet answered on the wire
  bool reading_ = true;
  bool read_all_ = false;
  bool write_under_way_ = false;
  bool finished_ = false;
  std::optional<grpc::Status> end_;
  std::shared_ptr<ClientSession> self_;
};

}  // namespace propius
