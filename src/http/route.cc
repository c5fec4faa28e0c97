#include "http/route.h"

#include <charconv>
#include <vector>

#include "base/crypto.h"

namespace propius {
namespace {

constexpr std::size_t kDigestBytes = 32;

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    parts.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(parts.back().size());
  }
  return parts;
}

// One text for each number: no sign, no leading zero.
template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.starts_with('0') && !text.starts_with('-');
}

tl::unexpected<Error> NoSuchPlace(std::string_view path) {
  return Fail(Code::kNotFound,
              "path: expected one of docs/protocol.md, got \"" + std::string(path.substr(0, 120)) + "\"");
}

Result<Route> RoundRoute(std::string_view path, const std::vector<std::string_view>& parts) {
  Route route;
  const std::string_view last = parts[5];
  if (last == "plan") {
    route.place = Place::kRoundPlan;
  } else if (last == "updates") {
    route.place = Place::kUpdates;
  } else if (last == "aggregate") {
    route.place = Place::kAggregate;
  } else if (last == "close") {
    route.place = Place::kClose;
  } else {
    return NoSuchPlace(path);
  }
  if (!ReadNumber(parts[2], route.round.job.value) || !ReadNumber(parts[4], route.round.round.value)) {
    return Fail(Code::kInvalidArgument,
                "path: expected /v1/jobs/{job}/rounds/{round}/ with whole numbers from 1, got \"" +
                    std::string(path.substr(0, 120)) + "\"");
  }
  return route;
}

Result<Route> JobRoute(std::string_view path, const std::vector<std::string_view>& parts) {
  Route route;
  if (parts[3] == "commits") {
    route.place = Place::kCommits;
  } else if (parts[3] == "parameters") {
    route.place = Place::kParameters;
  } else {
    return NoSuchPlace(path);
  }
  if (ReadNumber(parts[2], route.round.job.value)) return route;
  return Fail(Code::kInvalidArgument, "path: expected /v1/jobs/{job}/ with a whole number from 1, got \"" +
                                          std::string(path.substr(0, 120)) + "\"");
}

}  // namespace

Result<Route> ParseRoute(std::string_view path) {
  const std::vector<std::string_view> parts = Split(path);
  if (parts.size() == 3 && parts[0] == "v1" && parts[1] == "plans") {
    const Result<std::string> digest = FromHex(parts[2]);
    if (digest && digest->size() == kDigestBytes) return Route{Place::kPlan, {}, *digest};
    return Fail(Code::kInvalidArgument, "path: expected /v1/plans/ and 64 lower-case hex digits, got \"" +
                                            std::string(path.substr(0, 120)) + "\"");
  }
  if (path == "/v1/tree/claims") return Route{Place::kClaims, {}, {}};
  if (path == "/v1/tree/segments") return Route{Place::kSegments, {}, {}};
  if (parts.size() == 4 && parts[0] == "v1" && parts[1] == "jobs") return JobRoute(path, parts);
  const bool of_a_round = parts.size() == 6 && parts[0] == "v1" && parts[1] == "jobs" && parts[3] == "rounds";
  return of_a_round ? RoundRoute(path, parts) : NoSuchPlace(path);
}

std::string_view NameOf(Place place) {
  switch (place) {
    case Place::kRoundPlan:
    case Place::kPlan:
      return "plan";
    case Place::kUpdates:
      return "updates";
    case Place::kAggregate:
      return "aggregate";
    case Place::kClose:
      return "close";
    case Place::kClaims:
      return "claims";
    case Place::kSegments:
      return "segments";
    case Place::kCommits:
      return "commits";
    case Place::kParameters:
      return "parameters";
  }
  return "";
}

std::string_view MethodsOf(Place place) {
  switch (place) {
    case Place::kRoundPlan:
      return "PUT";
    case Place::kPlan:
    case Place::kAggregate:
    case Place::kParameters:
      return "GET, HEAD";
    case Place::kUpdates:
      return "GET, HEAD, POST";
    case Place::kCommits:
      return "GET, POST, DELETE";
    case Place::kClose:
    case Place::kClaims:
    case Place::kSegments:
      return "POST";
  }
  return "";
}

bool Allows(Place place, std::string_view method) {
  std::string_view rest = MethodsOf(place);
  while (!rest.empty()) {
    const std::string_view allowed = rest.substr(0, rest.find(", "));
    if (allowed == method) return true;
    rest.remove_prefix(std::min(rest.size(), allowed.size() + 2));
  }
  return false;
}

}  // namespace propius
