#include <algorithm>
#include <charconv>

#include "base/quote.h"
#include "propius/v1/job_manager.grpc.pb.h"
#include "rpc/caller.h"
#include "rpc/explanation_message.h"
#include "rpc/hop.h"
#include "rpc/round_stream.h"
#include "rpc/services.h"
#include "rpc/unary_call.h"
#include "wire/convert.h"
#include "wire/convert_job.h"

namespace propius {
namespace {

constexpr std::size_t kDigestBytes = 32;
// Of a page of jobs: a message is at most 64 KiB.
constexpr std::size_t kMaxPage = 500;
constexpr std::size_t kMaxPageBytes = 60 << 10;

// A page token is the last job that was told.
Result<JobId> ReadPageToken(const std::string& token) {
  JobId after;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), after.value);
  if (token.empty() || (error == std::errc() && end == token.data() + token.size())) return after;
  return Fail(Code::kInvalidArgument, "page_token: expected the next_page_token of an answer, got " + Quote(token));
}

v1::ListJobsResponse PageOf(const JobDesk& desk, const TenantId& tenant, JobId after, std::size_t most) {
  v1::ListJobsResponse page;
  std::size_t bytes = 0;
  for (const Job& job : desk.List(tenant, after, most + 1)) {
    v1::Job message = ToMessage(job);
    bytes += message.ByteSizeLong();
    const auto told = static_cast<std::size_t>(page.jobs_size());
    if (told == most || (told > 0 && bytes > kMaxPageBytes)) {
      page.set_next_page_token(std::to_string(page.jobs().rbegin()->job_id()));
      break;
    }
    *page.add_jobs() = std::move(message);
  }
  return page;
}

class JobManagerService final : public v1::JobManager::CallbackService, public Draining {
 public:
  JobManagerService(Runtime& runtime, JobDesk& desk, JobManagerPlace place)
      : hop_(runtime), desk_(desk), place_(std::make_shared<const JobManagerPlace>(std::move(place))) {}

  grpc::ServerUnaryReactor* RegisterJob(grpc::CallbackServerContext* context, const v1::RegisterJobRequest* request,
                                        v1::RegisterJobResponse* response) override {
    const UnaryCall call(response);
    if (const Status open = door().Check(); !open) return call.Refuse(open.error());
    const Result<JobSpec> spec = FromMessage(request->spec());
    if (!spec) return call.Refuse(spec.error());
    return Ask(*context, request->idempotency_key(), call,
               [desk = &desk_, spec = *spec, call](const JobCaller& caller) {
                 desk->Register(caller, spec, [call](const Result<JobId>& job) {
                   call.Answer(job.map([](JobId id) {
                     v1::RegisterJobResponse answer;
                     answer.set_job_id(id.value);
                     return answer;
                   }));
                 });
               });
  }

  grpc::ServerUnaryReactor* RequestRound(grpc::CallbackServerContext* context, const v1::RequestRoundRequest* request,
                                         v1::RequestRoundResponse* response) override {
    const UnaryCall call(response);
    if (const Status open = door().Check(); !open) return call.Refuse(open.error());
    if (request->plan_digest().size() != kDigestBytes) {
      return call.Refuse({Code::kInvalidArgument,
                          "plan_digest: expected 32 bytes, got " + std::to_string(request->plan_digest().size())});
    }
    return Ask(*context, request->idempotency_key(), call,
               [desk = &desk_, place = place_, job = JobId{request->job_id()}, demand = request->demand(),
                plan = Digest(request->plan_digest()), call](const JobCaller& caller) {
                 desk->RequestRound(caller, job, demand, plan, [call, place](const Result<RoundGrant>& grant) {
                   call.Answer(grant.map([&](const RoundGrant& granted) {
                     v1::RequestRoundResponse answer;
                     answer.set_round(granted.round.round.value);
                     answer.set_round_token(granted.token);
                     answer.set_deadline_unix_ms(ToUnixMs(granted.terms.deadline));
                     answer.set_slots(granted.terms.slots);
                     answer.set_target(granted.terms.target);
                     answer.set_data_plane(place->data_plane);
                     return answer;
                   }));
                 });
               });
  }

  grpc::ServerUnaryReactor* EndRequest(grpc::CallbackServerContext* context, const v1::EndRequestRequest* request,
                                       v1::EndRequestResponse* response) override {
    const UnaryCall call(response);
    const Result<RoundKey> round = FromMessage(request->round());
    if (!round) return call.Refuse(round.error());
    return Ask(*context, request->idempotency_key(), call,
               [desk = &desk_, round = *round, call](const JobCaller& caller) {
                 desk->EndRequest(caller, round, [call](const Result<RoundStatus>& status) {
                   call.Answer(status.map([](const RoundStatus& now) {
                     v1::EndRequestResponse answer;
                     *answer.mutable_status() = ToMessage(now.round);
                     return answer;
                   }));
                 });
               });
  }

  grpc::ServerUnaryReactor* FinishJob(grpc::CallbackServerContext* context, const v1::FinishJobRequest* request,
                                      v1::FinishJobResponse* response) override {
    const UnaryCall call(response);
    return Ask(*context, request->idempotency_key(), call,
               [desk = &desk_, job = JobId{request->job_id()}, call](const JobCaller& caller) {
                 desk->FinishJob(caller, job, [call](const Result<Job>& finished) {
                   call.Answer(finished.map([](const Job& last) {
                     v1::FinishJobResponse answer;
                     *answer.mutable_job() = ToMessage(last);
                     return answer;
                   }));
                 });
               });
  }

  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context, const v1::GetJobRequest* request,
                                   v1::GetJobResponse* response) override {
    const UnaryCall call(response);
    return Ask(*context, "", call, [desk = &desk_, job = JobId{request->job_id()}, call](const JobCaller& caller) {
      call.Answer(desk->Get(caller.tenant, job).map([](const RoundStatus& status) {
        v1::GetJobResponse answer;
        *answer.mutable_job() = ToMessage(status.job);
        if (status.round.terms.round.value != 0) *answer.mutable_latest_round() = ToMessage(status.round);
        return answer;
      }));
    });
  }

  grpc::ServerUnaryReactor* ExplainJob(grpc::CallbackServerContext* context, const v1::ExplainJobRequest* request,
                                       v1::ExplainJobResponse* response) override {
    const UnaryCall call(response);
    return Ask(*context, "", call, [desk = &desk_, job = JobId{request->job_id()}, call](const JobCaller& caller) {
      call.Answer(desk->Explain(caller.tenant, job).map([](const JobExplanation& told) { return ToMessage(told); }));
    });
  }

  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context, const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) override {
    const UnaryCall call(response);
    const Result<JobId> after = ReadPageToken(request->page_token());
    if (!after) return call.Refuse(after.error());
    const std::size_t most =
        request->page_size() == 0 ? kMaxPage : std::min<std::size_t>(request->page_size(), kMaxPage);
    return Ask(*context, "", call, [desk = &desk_, after = *after, most, call](const JobCaller& caller) {
      call.Answer(PageOf(*desk, caller.tenant, after, most));
    });
  }

  grpc::ServerWriteReactor<v1::WatchRoundResponse>* WatchRound(grpc::CallbackServerContext* context,
                                                               const v1::WatchRoundRequest* request) override {
    const std::shared_ptr<RoundStream> stream = RoundStream::Open();
    streams().Add(stream);
    const Result<RoundKey> round = FromMessage(request->round());
    const Result<std::string> token = CredentialOf(*context, kBearer);
    if (!round || !token) {
      stream->Show(tl::unexpected(round ? token.error() : round.error()));
      return stream.get();
    }
    const bool posted = hop_.Post([desk = &desk_, place = place_, round = *round, token = *token, stream] {
      const Result<TenantId> tenant = place->tenant_of(token);
      if (!tenant) {
        stream->Show(tl::unexpected(tenant.error()));
        return;
      }
      desk->Watch(*tenant, round, [stream](const Result<RoundStatus>& status) { return stream->Show(status); });
    });
    if (!posted) stream->Show(tl::unexpected(Hop::Busy()));
    return stream.get();
  }

 private:
  // Finds out who calls, then asks the desk on its runtime.
  template <typename Response, typename Question>
  grpc::ServerUnaryReactor* Ask(const grpc::CallbackServerContext& context, const std::string& key,
                                const UnaryCall<Response>& call, Question question) {
    const Result<std::string> token = CredentialOf(context, kBearer);
    if (!token) return call.Refuse(token.error());
    const Peer peer = ParsePeer(context.peer());
    const bool posted = hop_.Post([place = place_, token = *token, caller = JobCaller{"", key, peer.ip, peer.port},
                                   call, question = std::move(question)]() mutable {
      const Result<TenantId> tenant = place->tenant_of(token);
      if (!tenant) return call.Answer(tl::unexpected(tenant.error()));
      caller.tenant = *tenant;
      question(caller);
    });
    return posted ? call.reactor() : call.Refuse(Hop::Busy());
  }

  const Hop hop_;
  JobDesk& desk_;
  std::shared_ptr<const JobManagerPlace> place_;  // calls that wait on the runtime may outlive the service
};

}  // namespace

std::shared_ptr<grpc::Service> MakeJobManagerService(Runtime& runtime, JobDesk& desk, JobManagerPlace place) {
  return std::make_shared<JobManagerService>(runtime, desk, std::move(place));
}

}  // namespace propius
