// The job manager's parts. For the job_desk*.cc files only.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "control/alarms.h"
#include "control/job_desk.h"
#include "control/memo.h"
#include "control/round_watch.h"

namespace propius {

struct JobDesk::State : std::enable_shared_from_this<State> {
  State(Runtime& runtime_in, JobBook& book_in, Dispatcher& dispatcher_in, Sealer sealer_in, JobDeskOptions options_in)
      : runtime(runtime_in),
        book(book_in),
        dispatcher(dispatcher_in),
        sealer(std::move(sealer_in)),
        options(std::move(options_in)),
        started(runtime_in.Now()),
        watch(runtime_in, book_in),
        deadlines(runtime_in, [this](const RoundKey& key) { OnDeadline(key); }) {}

  // Kept for a job that is there and is the tenant's; kNotFound alike for one that is absent and another's.
  Result<const Job*> Own(const TenantId& tenant, JobId id) const;
  Result<RoundStatus> StatusOf(const RoundKey& key) const;

  // One idempotent call: `act` changes the book once, `answer` makes the answer of what came of it.
  template <typename T, typename Act, typename Answer>
  void Call(const JobCaller& caller, std::string_view request, Act act, Answer answer, Done<T> done) {
    const Result<KeyedCall> call = KeyJobCall(caller.tenant, caller.key, request);
    if (!call) return done(tl::unexpected(call.error()));
    const Result<MemoisedReply> reply = Once(runtime, book, *call, std::move(act));
    if (!reply) return done(tl::unexpected(reply.error()));
    Result<T> result = reply->refusal ? Result<T>(tl::unexpected(*reply->refusal)) : answer(reply->round);
    AnswerWhenDurable<T>(book, weak_from_this(), std::move(result), std::move(done));
  }

  Result<RoundKey> Open(const TenantId& tenant, JobId id, std::uint32_t demand, const Digest& plan);
  void OnDeadline(const RoundKey& key);
  void Close(const RoundKey& key, RoundOutcome outcome, std::uint32_t counted, const std::string& reason);
  void Finish(JobId id, const std::string& reason);

  // After a restart: rounds that were open keep their deadlines.
  void Rearm();
  // The slow timer: jobs that fell silent, and what is kept no longer.
  void Sweep();
  bool IsSilent(const Job& job, Time now) const;

  Runtime& runtime;
  JobBook& book;
  Dispatcher& dispatcher;
  Sealer sealer;
  JobDeskOptions options;
  Time started;
  RoundWatch watch;
  Alarms<RoundKey> deadlines;
};

}  // namespace propius
