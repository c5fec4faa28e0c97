#include <optional>

#include <nlohmann/json.hpp>

#include "fetch/fetch.h"

namespace propius {
namespace {

constexpr std::size_t kShownBytes = 200;

std::optional<Code> CodeNamed(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    if (CodeName(static_cast<Code>(i)) == name) return static_cast<Code>(i);
  }
  return std::nullopt;
}

// For answers of proxies, which know nothing of our codes.
Code CodeOfStatus(int status) {
  switch (status) {
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 404:
      return Code::kNotFound;
    case 409:
      return Code::kFailedPrecondition;
    case 410:
      return Code::kOutOfRange;
    case 413:
    case 429:
    case 431:
      return Code::kResourceExhausted;
    case 408:
    case 502:
    case 503:
      return Code::kUnavailable;
    case 504:
      return Code::kDeadlineExceeded;
    default:
      return status < 500 ? Code::kInvalidArgument : Code::kInternal;
  }
}

}  // namespace

Error ProblemOf(const FetchAnswer& answer) {
  const auto document = nlohmann::json::parse(answer.body, nullptr, false);
  const auto text = [&](const char* key) -> std::string {
    if (!document.is_object()) return "";
    const auto found = document.find(key);
    return found != document.end() && found->is_string() ? found->get<std::string>() : "";
  };
  Error error{CodeNamed(text("title")).value_or(CodeOfStatus(answer.status)), text("detail")};
  if (error.message.empty()) {
    error.message = "expected a problem document with a detail, got status " + std::to_string(answer.status) +
                    " and \"" + answer.body.substr(0, kShownBytes) + "\"";
  }
  return error;
}

}  // namespace propius
