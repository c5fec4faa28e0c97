#include "sim/history.h"

#include <iomanip>
#include <sstream>

namespace propius {
namespace {

constexpr std::size_t kMaxViolations = 20;

}  // namespace

void History::Note(std::string_view line) {
  std::string timed = std::to_string(ToMicros(world_.Now()));
  timed.append(" ").append(line).append("\n");
  for (const char c : timed) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;  // FNV-1a
  if (kept_ == 0) return;
  if (lines_.size() == kept_) lines_.pop_front();
  timed.pop_back();
  lines_.push_back(std::move(timed));
}

void History::Violation(std::string what) {
  Note("VIOLATION " + what);
  if (violations_.size() < kMaxViolations) {
    violations_.push_back(FormatDuration(world_.Now().time_since_epoch()) + ": " + std::move(what));
  }
}

std::string History::Digest() const {
  std::ostringstream text;
  text << std::hex << std::setw(16) << std::setfill('0') << hash_;
  return text.str();
}

}  // namespace propius
