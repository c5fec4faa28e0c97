#include "domain/sync_spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "base/quote.h"

namespace propius {
namespace {

constexpr double kMost = 1e12;

Status Expect(bool good, const std::string& what, const std::string& expected, const std::string& got) {
  if (good) return {};
  return Fail(Code::kInvalidArgument, "sync." + what + ": expected " + expected + ", got " + got);
}

template <typename Number>
std::string Written(Number number) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

// The fields one after the other, so that a text has one form.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::string_view Field(std::string_view name) {
    const std::string_view field = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(rest_.size(), field.size() + 1));
    if (field.starts_with(name) && field.substr(name.size()).starts_with('=')) return field.substr(name.size() + 1);
    good_ = false;
    return {};
  }

  template <typename Number>
  Number Read(std::string_view name) {
    const std::string_view text = Field(name);
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    good_ = good_ && error == std::errc() && end == text.data() + text.size();
    return number;
  }

  bool good() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

Status Validate(const SyncSpec& spec) {
  const bool plain = std::ranges::all_of(spec.model, [](char c) { return c > ' ' && c <= '~'; });
  for (const Status& status : {
           Expect(!spec.model.empty() && spec.model.size() <= 256 && plain, "model",
                  "1 to 256 printable characters without spaces", Quote(spec.model)),
           Expect(spec.period >= 100ms && spec.period <= 24h, "period", "100ms to 24h", FormatDuration(spec.period)),
           Expect(spec.eta >= 0 && spec.eta <= kMost, "eta", "0 to 1e12", std::to_string(spec.eta)),
           Expect(spec.momentum >= 0 && spec.momentum < 1, "momentum", "at least 0 and below 1",
                  std::to_string(spec.momentum)),
           Expect(std::isfinite(spec.goal) && spec.goal >= 0, "goal", "a finite number of at least 0",
                  std::to_string(spec.goal)),
           Expect(spec.batch >= 1 && spec.batch <= 65'536, "batch", "1 to 65536", std::to_string(spec.batch)),
           Expect(spec.max_norm >= 0 && spec.max_norm <= kMost, "max_norm", "0 to 1e12", std::to_string(spec.max_norm)),
       }) {
    if (!status) return status;
  }
  return {};
}

std::string ToText(const SyncSpec& spec) {
  return "model=" + spec.model + " period_us=" + Written(spec.period.count()) + " eta=" + Written(spec.eta) +
         " momentum=" + Written(spec.momentum) + " goal=" + Written(spec.goal) + " batch=" + Written(spec.batch) +
         " commits=" + Written(spec.commits) + " max_norm=" + Written(spec.max_norm);
}

Result<SyncSpec> ParseSyncSpec(std::string_view text) {
  Reader reader(text);
  SyncSpec spec;
  spec.model = reader.Field("model");
  spec.period = Duration(reader.Read<Duration::rep>("period_us"));
  spec.eta = reader.Read<double>("eta");
  spec.momentum = reader.Read<double>("momentum");
  spec.goal = reader.Read<double>("goal");
  spec.batch = reader.Read<std::uint32_t>("batch");
  spec.commits = reader.Read<std::uint32_t>("commits");
  spec.max_norm = reader.Read<double>("max_norm");
  if (reader.good()) return spec;
  return Fail(Code::kInvalidArgument, "sync: expected model=… to max_norm=…, got " + Quote(text.substr(0, 120)));
}

}  // namespace propius
