#include "http/problem.h"

#include <nlohmann/json.hpp>

namespace propius {

int StatusOf(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kPermissionDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kAborted:
      return 409;
    case Code::kOutOfRange:
      return 410;
    case Code::kResourceExhausted:
      return 429;
    case Code::kUnavailable:
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kDataLoss:
    case Code::kInternal:
      return 500;
  }
  return 500;
}

HttpAnswer Problem(int status, const Error& error) {
  const nlohmann::ordered_json document{
      {"type", "about:blank"}, {"title", CodeName(error.code)}, {"status", status}, {"detail", error.message}};
  // A message may quote bytes that came from outside and are no UTF-8.
  HttpAnswer answer = JsonAnswer(status, document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  answer.headers["Content-Type"] = "application/problem+json";
  // A cache may keep a 404 or a 410 by its own judgement, and with it the devices from a plan that has come since.
  answer.headers["Cache-Control"] = "no-store";
  if (status == StatusOf(Code::kUnavailable)) answer.headers["Retry-After"] = "1";
  return answer;
}

HttpAnswer Problem(const Error& error) { return Problem(StatusOf(error.code), error); }

HttpAnswer JsonAnswer(int status, std::string json) {
  return {status, {{"Content-Type", "application/json"}}, std::make_shared<const std::string>(std::move(json))};
}

}  // namespace propius
