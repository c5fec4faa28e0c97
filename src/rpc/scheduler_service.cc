#include "propius/v1/scheduler.grpc.pb.h"
#include "rpc/caller.h"
#include "rpc/services.h"
#include "rpc/unary_call.h"
#include "wire/convert.h"

namespace propius {
namespace {

class SchedulerService final : public v1::Scheduler::CallbackService {
 public:
  SchedulerService(Runtime& runtime, Dispatcher& dispatcher, const Census& census, Sealer sealer)
      : runtime_(runtime), dispatcher_(dispatcher), census_(census), sealer_(std::move(sealer)) {}

  grpc::ServerUnaryReactor* JobRegistered(grpc::CallbackServerContext* context,
                                          const v1::JobRegisteredRequest* /*request*/,
                                          v1::JobRegisteredResponse* response) override {
    return Replan(*context, UnaryCall(response));
  }

  grpc::ServerUnaryReactor* RoundRequested(grpc::CallbackServerContext* context,
                                           const v1::RoundRequestedRequest* /*request*/,
                                           v1::RoundRequestedResponse* response) override {
    return Replan(*context, UnaryCall(response));
  }

  grpc::ServerUnaryReactor* GetPlan(grpc::CallbackServerContext* context, const v1::GetPlanRequest* /*request*/,
                                    v1::GetPlanResponse* response) override {
    const UnaryCall call(response);
    return Ask(*context, call, [dispatcher = &dispatcher_, census = &census_, call] {
      v1::GetPlanResponse answer;
      for (const Group& group : dispatcher->plan().groups) {
        v1::JobGroup& added = *answer.add_groups();
        ToMessage(group.admits.bounds(), *added.mutable_admits());
        for (const JobId job : group.order) added.add_job_ids(job.value);
      }
      answer.set_devices_in_window(census->Size());
      call.Answer(std::move(answer));
    });
  }

 private:
  template <typename Response>
  grpc::ServerUnaryReactor* Replan(const grpc::CallbackServerContext& context, const UnaryCall<Response>& call) {
    return Ask(context, call, [dispatcher = &dispatcher_, call] {
      dispatcher->Replan();
      call.Answer(Response());
    });
  }

  template <typename Response, typename Question>
  grpc::ServerUnaryReactor* Ask(const grpc::CallbackServerContext& context, const UnaryCall<Response>& call,
                                Question question) {
    const Result<std::string> token = CredentialOf(context, kNode);
    if (!token) return call.Refuse(token.error());
    const Status node = CheckNode(sealer_, *token, runtime_.Now());
    if (!node) return call.Refuse(node.error());
    runtime_.Post(std::move(question));
    return call.reactor();
  }

  Runtime& runtime_;
  Dispatcher& dispatcher_;
  const Census& census_;
  const Sealer sealer_;
};

}  // namespace

std::shared_ptr<grpc::Service> MakeSchedulerService(Runtime& runtime, Dispatcher& dispatcher, const Census& census,
                                                    Sealer sealer) {
  return std::make_shared<SchedulerService>(runtime, dispatcher, census, std::move(sealer));
}

}  // namespace propius
