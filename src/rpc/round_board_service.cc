#include "propius/v1/scheduler.grpc.pb.h"
#include "rpc/caller.h"
#include "rpc/services.h"
#include "rpc/unary_call.h"
#include "wire/convert_job.h"

namespace propius {
namespace {

class RoundBoardService final : public v1::RoundBoard::CallbackService {
 public:
  RoundBoardService(Runtime& runtime, JobDesk& desk, Sealer sealer)
      : runtime_(runtime), desk_(desk), sealer_(std::move(sealer)) {}

  grpc::ServerUnaryReactor* CloseRound(grpc::CallbackServerContext* context, const v1::CloseRoundRequest* request,
                                       v1::CloseRoundResponse* response) override {
    const UnaryCall call(response);
    const Result<std::string> token = CredentialOf(*context, kNode);
    if (!token) return call.Refuse(token.error());
    const Status node = CheckNode(sealer_, *token, runtime_.Now());
    if (!node) return call.Refuse(node.error());
    const Result<RoundClosure> closure = FromMessage(*request);
    if (!closure) return call.Refuse(closure.error());
    runtime_.Post([desk = &desk_, closure = *closure, call] {
      desk->RoundClosed(closure, [call](const Result<BindCensus>& census) {
        call.Answer(census.map([](const BindCensus& binds) { return ToMessage(binds); }));
      });
    });
    return call.reactor();
  }

 private:
  Runtime& runtime_;
  JobDesk& desk_;
  const Sealer sealer_;
};

}  // namespace

std::shared_ptr<grpc::Service> MakeRoundBoardService(Runtime& runtime, JobDesk& desk, Sealer sealer) {
  return std::make_shared<RoundBoardService>(runtime, desk, std::move(sealer));
}

}  // namespace propius
