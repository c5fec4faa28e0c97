#include "fetch/fetch.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <curl/curl.h>

#include "base/check.h"

namespace propius {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 << 10;
constexpr std::size_t kMaxUrlBytes = 8 << 10;
constexpr std::uint64_t kMaxReserve = std::uint64_t{256} << 20;
constexpr Duration kConnectTimeout = 5s;
constexpr long kBuffer = 512L << 10;

using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// What the callbacks write while a call is under way.
struct Incoming {
  FetchAnswer answer;
  std::uint64_t max_bytes = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) + 1 - from);
}

std::size_t OnHeader(char* bytes, std::size_t /*one*/, std::size_t size, void* to) {
  Incoming& incoming = *static_cast<Incoming*>(to);
  const std::string_view line(bytes, size);
  incoming.header_bytes += size;
  if (incoming.header_bytes > kMaxHeaderBytes) {
    incoming.too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {
    incoming.answer.headers.clear();  // what came before belonged to an interim answer
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  const std::string name = LowerCase(line.substr(0, colon));
  const std::string_view value = Trim(line.substr(colon + 1));
  incoming.answer.headers[name] = value;
  return size;
}

std::size_t DeclaredBytes(const Incoming& incoming) {
  const auto found = incoming.answer.headers.find("content-length");
  if (found == incoming.answer.headers.end()) return 0;
  std::uint64_t bytes = 0;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), bytes);
  return std::min({bytes, incoming.max_bytes, kMaxReserve});
}

std::size_t OnBody(char* bytes, std::size_t /*one*/, std::size_t size, void* to) {
  Incoming& incoming = *static_cast<Incoming*>(to);
  std::string& body = incoming.answer.body;
  if (size > incoming.max_bytes - body.size()) {
    incoming.too_large = true;
    return 0;
  }
  if (body.empty()) body.reserve(DeclaredBytes(incoming));
  body.append(bytes, size);
  return size;
}

int OnProgress(void* request, curl_off_t /*down*/, curl_off_t /*got*/, curl_off_t /*up*/, curl_off_t /*sent*/) {
  return static_cast<const FetchRequest*>(request)->given_up() ? 1 : 0;
}

// Neither may end its line: what follows would be read as another header.
Status CheckHeaders(const std::map<std::string, std::string>& headers) {
  for (const auto& [name, value] : headers) {
    const bool bad_name = name.empty() || name.find_first_of(" :\r\n") != std::string::npos;
    if (bad_name || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return Fail(Code::kInvalidArgument, "header \"" + name.substr(0, 80) + "\": expected one line");
    }
  }
  return {};
}

Status CheckUrl(const std::string& url) {
  const bool known = url.starts_with("http://") || url.starts_with("https://");
  if (known && url.size() <= kMaxUrlBytes && url.find_first_of(" \r\n") == std::string::npos) return {};
  return Fail(Code::kInvalidArgument,
              "url: expected one that begins with http:// or https://, got \"" + url.substr(0, 80) + "\"");
}

Status CheckMethod(const std::string& method) {
  if (!method.empty() && std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; })) return {};
  return Fail(Code::kInvalidArgument, "method: expected upper-case letters, got \"" + method.substr(0, 80) + "\"");
}

// An empty value silences what curl would send by itself: a form's type, and a pause before a large body.
Headers HeaderLines(const FetchRequest& request) {
  Headers lines(curl_slist_append(nullptr, "Expect:"), &curl_slist_free_all);
  if (!request.headers.contains("Content-Type")) lines.reset(curl_slist_append(lines.release(), "Content-Type:"));
  for (const auto& [name, value] : request.headers) {
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    lines.reset(curl_slist_append(lines.release(), line.c_str()));
  }
  return lines;
}

Code CodeOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Code::kDeadlineExceeded;
    case CURLE_URL_MALFORMAT:
      return Code::kInvalidArgument;
    default:
      return Code::kUnavailable;
  }
}

// At least 1: curl takes 0 for "for ever".
long Milliseconds(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return static_cast<long>(std::clamp<std::int64_t>(ms, 1, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace

struct Fetcher::Curl {
  CURL* easy = nullptr;

  Curl() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    CHECK(ready == CURLE_OK);
    easy = curl_easy_init();
    CHECK(easy != nullptr);
  }
  Curl(const Curl&) = delete;
  Curl& operator=(const Curl&) = delete;
  ~Curl() { curl_easy_cleanup(easy); }

  template <typename Value>
  void Set(CURLoption option, Value value) {
    CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
  }

  void Prepare(const FetchRequest& request, Incoming& incoming, curl_slist* headers) {
    Set(CURLOPT_URL, request.url.c_str());
    Set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") Set(CURLOPT_NOBODY, 1L);
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    Set(CURLOPT_FOLLOWLOCATION, 0L);
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_NOPROXY, "*");
    Set(CURLOPT_TIMEOUT_MS, Milliseconds(request.timeout));
    Set(CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(std::min(request.timeout, kConnectTimeout)));
    Set(CURLOPT_BUFFERSIZE, kBuffer);
    Set(CURLOPT_UPLOAD_BUFFERSIZE, kBuffer);
    Set(CURLOPT_HEADERFUNCTION, &OnHeader);
    Set(CURLOPT_HEADERDATA, static_cast<void*>(&incoming));
    Set(CURLOPT_WRITEFUNCTION, &OnBody);
    Set(CURLOPT_WRITEDATA, static_cast<void*>(&incoming));
    Set(CURLOPT_HTTPHEADER, headers);
    if (request.given_up) {
      Set(CURLOPT_NOPROGRESS, 0L);
      Set(CURLOPT_XFERINFOFUNCTION, &OnProgress);
      Set(CURLOPT_XFERINFODATA, static_cast<const void*>(&request));
    }
    if (request.body != nullptr || request.method == "POST" || request.method == "PUT") {
      const std::string_view body = request.body == nullptr ? std::string_view("") : std::string_view(*request.body);
      Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      Set(CURLOPT_POSTFIELDS, body.data());
    }
  }
};

Fetcher::Fetcher() : curl_(std::make_unique<Curl>()) {}
Fetcher::~Fetcher() = default;

Result<FetchAnswer> Fetcher::Fetch(const FetchRequest& request) {
  if (const Status status = CheckUrl(request.url); !status) return tl::unexpected(status.error());
  if (const Status status = CheckMethod(request.method); !status) return tl::unexpected(status.error());
  if (const Status status = CheckHeaders(request.headers); !status) return tl::unexpected(status.error());

  Incoming incoming;
  incoming.max_bytes = request.max_answer_bytes;
  const Headers headers = HeaderLines(request);
  std::array<char, CURL_ERROR_SIZE> why{};
  CURL* const easy = curl_->easy;
  curl_->Prepare(request, incoming, headers.get());
  curl_->Set(CURLOPT_ERRORBUFFER, why.data());
  const CURLcode code = curl_easy_perform(easy);
  long status = 0;
  CHECK(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
  curl_easy_reset(easy);  // drops what points into this call; connections stay

  if (incoming.too_large) {
    return Fail(Code::kResourceExhausted, request.method + " " + request.url + ": expected an answer of at most " +
                                              std::to_string(request.max_answer_bytes) + " bytes, got more");
  }
  if (code != CURLE_OK) {
    const std::string detail = why.front() == '\0' ? curl_easy_strerror(code) : why.data();
    return Fail(CodeOf(code), request.method + " " + request.url + ": " + detail);
  }
  incoming.answer.status = static_cast<int>(status);
  return std::move(incoming.answer);
}

}  // namespace propius
