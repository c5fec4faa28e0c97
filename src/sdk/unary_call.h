// One gRPC call, from the request to a Result.
#pragma once

#include <string>

#include <grpcpp/grpcpp.h>

#include "base/result.h"
#include "sdk/call_gate.h"
#include "sdk/channel.h"

namespace propius {

// `what` names the call in messages. kAborted: the gate is closed.
Error CallError(const grpc::Status& status, const std::string& what);
inline Error GateClosed(const std::string& what) { return {Code::kAborted, what + ": stopped by the caller"}; }

// Waits until the channel is connected, at most 1.5 s or the gate's limit, or until the gate is closed. gRPC
// moves a connection on only while somebody waits on it, and a call that fails at once does not: without this, a server
// that was restarted is found only by gRPC's own look every five seconds.
void AwaitConnection(grpc::Channel& channel, const CallGate& gate);

// `token`: the tenant's, or empty.
template <typename Stub, typename Request, typename Answer>
Result<Answer> UnaryCall(ServerLine& line, CallGate& gate, const std::string& token, const std::string& what,
                         grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Answer*),
                         const Request& request) {
  const std::shared_ptr<grpc::Channel> channel = line.channel();
  AwaitConnection(*channel, gate);
  grpc::ClientContext context;
  if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
  if (!gate.Enter(context)) return tl::unexpected<Error>(GateClosed(what));
  Stub stub(channel);
  Answer answer;
  const grpc::Status status = (stub.*method)(&context, request, &answer);
  gate.Leave(context);
  if (status.ok()) return answer;
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) line.Distrust(channel);
  return tl::unexpected<Error>(CallError(status, what));
}

}  // namespace propius
