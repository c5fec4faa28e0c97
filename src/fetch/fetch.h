// HTTP calls as a client, on libcurl: blocking, each with a deadline, connections kept between calls.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/safetensors.h"

namespace propius {

struct FetchRequest {
  std::string method = "GET";
  std::string url;
  std::map<std::string, std::string> headers;
  Blob body;  // null: none
  Duration timeout = 30s;
  std::uint64_t max_answer_bytes = std::uint64_t{1} << 30;
  // Asked about once a second while the call is under way, on the caller's thread: true ends it as unavailable.
  std::function<bool()> given_up{};
};

struct FetchAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// One caller at a time. An answer of any status is an answer, a redirect too. kUnavailable or kDeadlineExceeded if
// there was none, kResourceExhausted if it was too large, kInvalidArgument for a request that cannot be sent.
class Fetcher {
 public:
  Fetcher();
  ~Fetcher();
  Result<FetchAnswer> Fetch(const FetchRequest& request);

 private:
  struct Curl;
  std::unique_ptr<Curl> curl_;
};

// The error that a problem document (RFC 9457) of this answer tells, for any status of 400 and above.
Error ProblemOf(const FetchAnswer& answer);

}  // namespace propius
