#include "http/answers.h"

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/crypto.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBytes = "application/octet-stream";

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::pair<int, std::string_view> StateOf(UploadState state) {
  switch (state) {
    case UploadState::kAccepted:
      return {202, "accepted"};
    case UploadState::kCommitted:
      return {200, "committed"};
    case UploadState::kLate:
      return {410, "late"};
    case UploadState::kRejected:
      return {422, "rejected"};
  }
  CHECK(false);
  return {};
}

}  // namespace

HttpAnswer AnswerOf(const Result<PlanReceipt>& receipt) {
  if (!receipt) return Problem(receipt.error());
  return JsonAnswer(200, Dump({{"digest", ToHex(receipt->digest)}}));
}

HttpAnswer AnswerOf(const Digest& digest, const Result<Blob>& plan, Duration ttl) {
  if (!plan) {
    HttpAnswer answer = Problem(plan.error());
    if (plan.error().code == Code::kNotFound) answer.headers["Retry-After"] = "1";
    return answer;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ttl).count();
  return {200,
          {{"Content-Type", std::string(kBytes)},
           {"ETag", "\"" + ToHex(digest) + "\""},
           {"Cache-Control", "public, max-age=" + std::to_string(seconds) + ", immutable"},
           {"Accept-Ranges", "bytes"}},
          *plan};
}

HttpAnswer AnswerOf(const Result<UploadAnswer>& upload) {
  if (!upload) return Problem(upload.error());
  const auto [status, name] = StateOf(upload->state);
  return JsonAnswer(status, Dump({{"state", name}, {"reason", upload->reason}}));
}

HttpAnswer AnswerOf(const Result<Aggregate>& aggregate) {
  if (!aggregate) return Problem(aggregate.error());
  if (aggregate->tensors == nullptr) {
    return JsonAnswer(202, Dump({{"outcome", OutcomeName(aggregate->outcome)},
                                 {"target", aggregate->target},
                                 {"counted", aggregate->counted}}));
  }
  return {200, {{"Content-Type", std::string(kBytes)}}, aggregate->tensors};
}

}  // namespace propius
