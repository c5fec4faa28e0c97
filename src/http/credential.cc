#include "http/credential.h"

#include <algorithm>

namespace propius {
namespace {

constexpr Duration kLongestWait = 60s;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

Result<std::string> CredentialOf(const HttpRequest& request, std::string_view scheme) {
  const auto found = request.headers.find("authorization");
  return CredentialOf(found == request.headers.end() ? std::string_view() : std::string_view(found->second), scheme);
}

Result<std::string> CredentialOf(std::string_view header, std::string_view scheme) {
  const std::size_t blank = std::min(header.find(' '), header.size());
  const bool same = std::ranges::equal(header.substr(0, blank), scheme, {}, Lower, Lower);
  const std::size_t token = std::min(header.find_first_not_of(' ', blank), header.size());
  if (same && token < header.size()) return std::string(header.substr(token));
  return Fail(Code::kUnauthenticated, "Authorization: expected " + std::string(scheme) + " and a token, got " +
                                          (header.empty() ? "none" : "another"));
}

Result<Duration> WaitOf(const HttpRequest& request) {
  const auto found = request.query.find("wait");
  if (found == request.query.end()) return Duration(0);
  const Result<Duration> wait = ParseDuration(found->second);
  if (!wait) return Fail(Code::kInvalidArgument, "wait: " + wait.error().message);
  if (*wait <= kLongestWait) return *wait;
  return Fail(Code::kInvalidArgument, "wait: expected at most 60s, got " + found->second);
}

}  // namespace propius
