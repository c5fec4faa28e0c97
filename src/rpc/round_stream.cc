#include "rpc/round_stream.h"

#include "rpc/grpc_status.h"
#include "wire/convert_job.h"

namespace propius {

std::shared_ptr<RoundStream> RoundStream::Open() {
  const std::shared_ptr<RoundStream> stream(new RoundStream());
  stream->self_ = stream;
  return stream;
}

bool RoundStream::Show(const Result<RoundStatus>& status) {
  const std::lock_guard lock(mutex_);
  if (end_) return false;
  if (status) {
    *next_.emplace().mutable_status() = ToMessage(status->round);
    if (status->round.closed()) end_ = grpc::Status::OK;
  } else {
    end_ = ToGrpc(status.error());
  }
  const bool more_to_come = !end_;
  Proceed();
  return more_to_come;
}

void RoundStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  write_under_way_ = false;
  if (!ok) {
    next_.reset();
    end_ = grpc::Status::CANCELLED;
  }
  Proceed();
}

void RoundStream::OnCancel() { End(grpc::Status::CANCELLED); }

void RoundStream::Stop() { End(ToGrpc({Code::kUnavailable, "expected a watch, but the server is shutting down"})); }

void RoundStream::End(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  next_.reset();
  end_ = status;
  Proceed();
}

void RoundStream::OnDone() { const std::shared_ptr<RoundStream> last = std::move(self_); }

void RoundStream::Proceed() {
  if (finished_ || write_under_way_) return;
  if (next_) {
    writing_ = *std::move(next_);
    next_.reset();
    write_under_way_ = true;
    StartWrite(&writing_);
  } else if (end_) {
    finished_ = true;
    Finish(*end_);
  }
}

}  // namespace propius
