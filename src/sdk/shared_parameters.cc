#include "sdk/shared_parameters.h"

#include "sdk/answer_headers.h"
#include "sdk/round_collection.h"

namespace propius {

Result<sdk::SharedParameters> FetchParameters(Fetcher& fetcher, std::uint64_t job,
                                              const v1::RequestRoundResponse& grant, Duration timeout) {
  FetchRequest request;
  request.url = JobUrl(grant, job) + "/parameters";
  request.headers["authorization"] = "Propius-Round " + grant.round_token();
  request.timeout = timeout;
  Result<FetchAnswer> answer = fetcher.Fetch(request);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != 200) return tl::unexpected(ProblemOf(*answer));
  sdk::SharedParameters parameters;
  parameters.version = NumberIn(HeaderOf(*answer, "propius-version"));
  parameters.commits = NumberIn(HeaderOf(*answer, "propius-commits"));
  parameters.steps = NumberIn(HeaderOf(*answer, "propius-steps"));
  parameters.workers = NumberIn<std::uint32_t>(HeaderOf(*answer, "propius-workers"));
  parameters.loss = NumberIn<double>(HeaderOf(*answer, "propius-loss"));
  parameters.tensors = std::move(answer->body);
  return parameters;
}

}  // namespace propius
