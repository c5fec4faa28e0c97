#include "rpc/client_session.h"

#include <atomic>

#include "rpc/grpc_status.h"
#include "wire/status.h"

namespace propius {
namespace {

// So many requests of one stream are under way at a time; the rest waits in the sender's window.
constexpr int kMaxInFlight = 256;

void Put(v1::SessionResponse& to, v1::CheckInResponse answer) { *to.mutable_check_in() = std::move(answer); }
void Put(v1::SessionResponse& to, v1::PingResponse answer) { *to.mutable_ping() = std::move(answer); }
void Put(v1::SessionResponse& to, v1::AcceptResponse answer) { *to.mutable_accept() = std::move(answer); }

void Put(v1::SessionResponse& to, const Error& error) {
  to.mutable_error()->set_code(ToGrpcCode(error.code));
  to.mutable_error()->set_message(error.message);
}

}  // namespace

class ClientSession::Turn {
 public:
  Turn(std::shared_ptr<ClientSession> session, std::uint64_t sequence)
      : session_(std::move(session)), sequence_(sequence) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { Answer(Error{Code::kUnavailable, "expected an answer, but the server is shutting down"}); }

  template <typename Answered>
  void Answer(Answered answer) {
    if (answered_.exchange(true)) return;
    v1::SessionResponse response;
    response.set_sequence(sequence_);
    Put(response, std::move(answer));
    session_->Enqueue(std::move(response));
  }

  template <typename Response>
  static Done<Response> DoneOf(std::shared_ptr<Turn> turn) {
    return [turn = std::move(turn)](Result<Response> result) {
      if (result) {
        turn->Answer(*std::move(result));
      } else {
        turn->Answer(result.error());
      }
    };
  }

 private:
  std::shared_ptr<ClientSession> session_;
  std::uint64_t sequence_;
  std::atomic<bool> answered_ = false;
};

std::shared_ptr<ClientSession> ClientSession::Open(const ClientCalls& calls) {
  const std::shared_ptr<ClientSession> session(new ClientSession(calls));
  session->self_ = session;
  session->StartRead(&session->request_);
  return session;
}

void ClientSession::Ask(const v1::SessionRequest& request) {
  auto turn = std::make_shared<Turn>(self_, request.sequence());
  switch (request.call_case()) {
    case v1::SessionRequest::kCheckIn:
      return calls_.CheckIn(request.check_in(), Turn::DoneOf<v1::CheckInResponse>(std::move(turn)));
    case v1::SessionRequest::kPing:
      return calls_.Ping(request.ping(), Turn::DoneOf<v1::PingResponse>(std::move(turn)));
    case v1::SessionRequest::kAccept:
      return calls_.Accept(request.accept(), Turn::DoneOf<v1::AcceptResponse>(std::move(turn)));
    case v1::SessionRequest::CALL_NOT_SET:
      return turn->Answer(Error{Code::kInvalidArgument, "call: expected check_in, ping or accept, got none"});
  }
}

void ClientSession::OnReadDone(bool ok) {
  if (ok) {
    {
      const std::lock_guard lock(mutex_);
      ++in_flight_;
    }
    // Without the mutex, since a request that cannot be understood is answered at once; nothing is read over it,
    // because reading_ still stands.
    Ask(request_);
  }
  const std::lock_guard lock(mutex_);
  reading_ = false;
  if (!ok) read_all_ = true;
  Proceed();
}

void ClientSession::Enqueue(v1::SessionResponse response) {
  const std::lock_guard lock(mutex_);
  if (end_) return;
  queue_.push_back(std::move(response));
  Proceed();
}

void ClientSession::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  write_under_way_ = false;
  --in_flight_;
  if (!ok && !end_) end_ = grpc::Status::CANCELLED;
  Proceed();
}

void ClientSession::OnCancel() { End(grpc::Status::CANCELLED); }

void ClientSession::Stop() { End(ToGrpc({Code::kUnavailable, "expected a session, but the server is shutting down"})); }

void ClientSession::End(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  if (!end_) end_ = status;
  Proceed();
}

void ClientSession::OnDone() { const std::shared_ptr<ClientSession> last = std::move(self_); }

void ClientSession::Proceed() {
  if (finished_) return;
  if (!write_under_way_) {
    if (!end_ && read_all_ && in_flight_ == 0) end_ = grpc::Status::OK;
    if (end_) {
      finished_ = true;
      return Finish(*end_);
    }
    if (!queue_.empty()) {
      writing_ = std::move(queue_.front());
      queue_.pop_front();
      write_under_way_ = true;
      StartWrite(&writing_);
    }
  }
  if (!end_ && !reading_ && !read_all_ && in_flight_ < kMaxInFlight) {
    reading_ = true;
    StartRead(&request_);
  }
}

}  // namespace propius
