#include "http/commit_messages.h"

#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

#include <nlohmann/json.hpp>

#include "base/quote.h"
#include "http/problem.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMostSteps = 1'000'000'000;
constexpr std::uint64_t kMostMicros = std::uint64_t{30} * 24 * 3600 * 1'000'000;

// Reads with one verdict at the end.
class QueryReader {
 public:
  explicit QueryReader(const std::map<std::string, std::string>& query) : query_(query) {}

  template <typename Number>
  Number Read(const std::string& key, Number low, Number high, Number otherwise) {
    const auto found = query_.find(key);
    if (found == query_.end()) return otherwise;
    const std::string& text = found->second;
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = error == std::errc() && end == text.data() + text.size() && number >= low && number <= high;
    if (good) return number;
    if (status_) {
      status_ = Fail(Code::kInvalidArgument, key + ": expected a number from " + std::to_string(low) + " to " +
                                                 std::to_string(high) + ", got " + Quote(text.substr(0, 80)));
    }
    return otherwise;
  }
  const Status& status() const { return status_; }

 private:
  const std::map<std::string, std::string>& query_;
  Status status_;
};

std::string WorkText(const Work& work) {
  if (const auto* steps = std::get_if<TrainSteps>(&work.until)) return "steps=" + std::to_string(steps->count);
  if (const auto* span = std::get_if<TrainFor>(&work.until)) return "us=" + std::to_string(span->time.count());
  return "steps=1";
}

HttpAnswer StateAnswer(int status, std::string_view state, const CommitAnswer& answer) {
  HttpAnswer http =
      JsonAnswer(status, Json{{"state", state}, {"commits", answer.commits}, {"reason", answer.reason}}.dump(
                             -1, ' ', false, Json::error_handler_t::replace));
  http.headers["Propius-Commits"] = std::to_string(answer.commits);
  return http;
}

}  // namespace

Result<CommitRequest> ReadCommit(const std::map<std::string, std::string>& query) {
  QueryReader reader(query);
  CommitRequest request;
  CommitReport& report = request.report;
  report.number = reader.Read<std::uint64_t>("number", 1, std::uint64_t{1} << 62, 0);
  if (query.contains("version")) report.version = reader.Read<std::uint64_t>("version", 0, std::uint64_t{1} << 62, 0);
  report.steps = static_cast<std::uint32_t>(reader.Read<std::uint64_t>("steps", 1, kMostSteps, 1));
  report.step_time = Duration(static_cast<Duration::rep>(reader.Read<std::uint64_t>("step_us", 0, kMostMicros, 0)));
  report.commit_time = Duration(static_cast<Duration::rep>(reader.Read<std::uint64_t>("commit_us", 0, kMostMicros, 0)));
  report.loss = reader.Read<double>("loss", -1e30, 1e30, 0);
  if (!reader.status()) return tl::unexpected(reader.status().error());
  if (report.number == 0) return Fail(Code::kInvalidArgument, "number: expected a whole number from 1, got none");
  return request;
}

HttpAnswer AnswerOf(const Result<CommitAnswer>& commit) {
  if (!commit) return Problem(commit.error());
  switch (commit->state) {
    case CommitAnswer::State::kWaiting:
      return StateAnswer(202, "waiting", *commit);
    case CommitAnswer::State::kGap:
      return StateAnswer(409, "gap", *commit);
    case CommitAnswer::State::kOver:
      return StateAnswer(410, "over", *commit);
    case CommitAnswer::State::kRejected:
      return StateAnswer(422, "rejected", *commit);
    case CommitAnswer::State::kWork:
      break;
  }
  return {200,
          {{"Content-Type", "application/octet-stream"},
           {"Cache-Control", "no-store"},
           {"Propius-Version", std::to_string(commit->version)},
           {"Propius-Commits", std::to_string(commit->commits)},
           {"Propius-Work", WorkText(commit->work)},
           {"Propius-Batch", std::to_string(commit->work.batch)},
           {"Propius-Push", commit->push == PushForm::kParameters ? "parameters" : "difference"}},
          commit->parameters};
}

HttpAnswer AnswerOf(const Result<ParametersView>& parameters) {
  if (!parameters) return Problem(parameters.error());
  return {200,
          {{"Content-Type", "application/octet-stream"},
           {"Cache-Control", "no-store"},
           {"Propius-Version", std::to_string(parameters->version)},
           {"Propius-Commits", std::to_string(parameters->commits)},
           {"Propius-Steps", std::to_string(parameters->steps)},
           {"Propius-Workers", std::to_string(parameters->workers)},
           {"Propius-Loss", std::to_string(parameters->loss)}},
          parameters->parameters};
}

}  // namespace propius
