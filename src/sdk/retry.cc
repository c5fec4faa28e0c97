#include "sdk/retry.h"

#include <algorithm>
#include <charconv>

namespace propius {
namespace {

constexpr Duration kLongestRetryAfter = 30s;
constexpr Duration kLongestTransfer = 10min;

}  // namespace

Duration RetryBackoff::Next() {
  const double span = Seconds(span_);
  span_ = std::min(span_ * 2, pace_.longest);
  return FromSeconds(chance_.Uniform(span / 2, span));
}

bool MayRetry(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kInternal;
}

bool MayRetryStatus(int status) { return status == 404 || status == 408 || status == 429 || status >= 500; }

Duration RetryAfterOf(const FetchAnswer& answer) {
  const auto header = answer.headers.find("retry-after");
  if (header == answer.headers.end()) return Duration::zero();
  const std::string& text = header->second;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return Duration::zero();
  return std::min<Duration>(std::chrono::seconds(seconds), kLongestRetryAfter);
}

void TransferLimit::Note(const Result<FetchAnswer>& answer) {
  if (!answer && answer.error().code == Code::kDeadlineExceeded) limit_ = std::min(limit_ * 2, kLongestTransfer);
}

}  // namespace propius
