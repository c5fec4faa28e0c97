#include "bench/call_load.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/check.h"

namespace propius {

struct CallLoad::Call {
  grpc::ClientContext context;
  grpc::ByteBuffer response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
};

CallLoad::CallLoad(std::uint16_t port, std::string method, const std::vector<std::string>& requests, int in_flight)
    : method_(std::move(method)),
      in_flight_(in_flight),
      stub_(grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials())) {
  for (const std::string& request : requests) {
    const grpc::Slice slice(request);
    requests_.emplace_back(&slice, 1);
  }
}

CallLoad::~CallLoad() {
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) delete static_cast<Call*>(tag);
}

void CallLoad::Start() {
  auto call = std::make_unique<Call>();
  call->context.set_wait_for_ready(true);
  call->reader = stub_.PrepareUnaryCall(&call->context, method_, requests_[next_], &queue_);
  next_ = (next_ + 1) % requests_.size();
  call->reader->StartCall();
  Call* const tag = call.release();  // the queue gives it back
  tag->reader->Finish(&tag->response, &tag->status, tag);
}

Status CallLoad::Run(int calls) {
  Status first_failure;
  int started = std::min(calls, in_flight_);
  for (int i = 0; i < started; ++i) Start();
  for (int answered = 0; answered < calls; ++answered) {
    void* tag = nullptr;
    bool ok = false;
    CHECK(queue_.Next(&tag, &ok));
    const std::unique_ptr<Call> call(static_cast<Call*>(tag));
    if (!call->status.ok() && first_failure) {
      first_failure = Fail(Code::kUnavailable, method_ + ": expected an answer, got: " + call->status.error_message());
    }
    if (started < calls) {
      Start();
      ++started;
    }
  }
  return first_failure;
}

}  // namespace propius
