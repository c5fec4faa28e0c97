// One watched round on its way to a job: every change, or the latest if the job reads more slowly than the round
// changes.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <grpcpp/support/server_callback.h>

#include "control/job_desk.h"
#include "propius/v1/job_manager.pb.h"
#include "rpc/open_streams.h"

namespace propius {

class RoundStream final : public grpc::ServerWriteReactor<v1::WatchRoundResponse>, public Stream {
 public:
  // Alive until gRPC is done with it and nobody holds it.
  static std::shared_ptr<RoundStream> Open();

  // From the desk; false once nobody listens. The stream ends after a closed round, or an error.
  bool Show(const Result<RoundStatus>& status);

  void Stop() override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  RoundStream() = default;
  void End(const grpc::Status& status);
  // With the mutex: whatever can be done next.
  void Proceed();

  std::mutex mutex_;
  std::optional<v1::WatchRoundResponse> next_;
  v1::WatchRoundResponse writing_;
  bool write_under_way_ = false;
  bool finished_ = false;
  std::optional<grpc::Status> end_;  // once next_ is written
  std::shared_ptr<RoundStream> self_;
};

}  // namespace propius
