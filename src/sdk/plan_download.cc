#include "sdk/plan_download.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/real_runtime.h"
#include "sdk/retry.h"

namespace propius {

Result<std::string> DownloadPlan(Fetcher& fetcher, const HeldAssignment& held, const TaskLife& life,
                                 Duration first_limit, Rng chance) {
  FetchRequest request;
  request.url = held.leaf + "/v1/plans/" + ToHex(held.plan_digest);
  RetryBackoff backoff({}, chance);
  TransferLimit transfer(first_limit);
  std::string last = "not tried yet";
  while (!life.Over()) {
    request.timeout = transfer.Until(life.expires, RealNow());
    Result<FetchAnswer> answer = fetcher.Fetch(request);
    transfer.Note(answer);
    Duration pause = backoff.Next();
    if (!answer) {
      if (!MayRetry(answer.error().code)) return tl::unexpected<Error>(answer.error());
      last = answer.error().message;
    } else if (answer->status == 200) {
      const std::string digest = Sha256(answer->body);
      if (digest == held.plan_digest) return std::move(answer->body);
      return Fail(Code::kDataLoss, "plan of " + Show(held.round) + ": expected SHA-256 " + ToHex(held.plan_digest) +
                                       ", got " + ToHex(digest));
    } else if (MayRetryStatus(answer->status)) {
      last = ProblemOf(*answer).message;
      pause = std::max(pause, RetryAfterOf(*answer));
    } else {
      Error problem = ProblemOf(*answer);
      problem.message = "plan of " + Show(held.round) + ": " + problem.message;
      return tl::unexpected<Error>(std::move(problem));
    }
    life.stop->WaitFor(pause);
  }
  return Fail(Code::kAborted, "plan of " + Show(held.round) + ": the task ended before the plan came; last: " + last);
}

}  // namespace propius
