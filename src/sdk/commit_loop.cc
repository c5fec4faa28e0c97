#include "sdk/commit_loop.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/real_runtime.h"
#include "sdk/answer_headers.h"
#include "sdk/lease_keeper.h"
#include "sdk/plan_download.h"
#include "sdk/retry.h"

namespace propius {
namespace {

using std::chrono::milliseconds;

// How long the root may hold its answer back while others are waited for; a client that is stopped waits for that.
constexpr Duration kWait = 2s;
constexpr Duration kFarewellLimit = 2s;

sdk::Result<sdk::SpanUpdate> Train(const sdk::SpanHook& train, const sdk::HeldTask& task, const std::string& plan,
                                   const sdk::Span& span) {
  try {
    return train(task, plan, span);
  } catch (const std::exception& thrown) {
    return tl::unexpected<sdk::Error>({"internal", std::string("training threw: ") + thrown.what()});
  } catch (...) {
    return tl::unexpected<sdk::Error>({"internal", "training threw something that is not a std::exception"});
  }
}

class CommitLoop {
 public:
  CommitLoop(const TaskTools& tools, const HeldAssignment& held, std::shared_ptr<TaskLife> life, Rng chance)
      : tools_(tools),
        held_(held),
        life_(std::move(life)),
        url_(held.leaf + "/v1/jobs/" + std::to_string(held.round.job.value) + "/commits"),
        transfer_(tools.call_timeout),
        backoff_({}, chance) {}

  TaskResult Run(const sdk::SpanHook& train, const std::string& plan) {
    const sdk::HeldTask task{held_.round.job.value, held_.round.round.value, held_.slot,
                             [life = life_] { return life->Over(); }};
    std::optional<sdk::Span> span = Ask("GET", "", nullptr);
    while (span) {
      sdk::Result<sdk::SpanUpdate> update = Train(train, task, plan, *span);
      if (life_->Over()) break;
      if (!update) {
        end_ = {sdk::TaskEnd::kFailed, "training failed: " + update.error().message};
        break;
      }
      span = Commit(*span, *std::move(update));
    }
    Leave();
    return std::move(end_);
  }

 private:
  std::optional<sdk::Span> Commit(const sdk::Span& span, sdk::SpanUpdate update) {
    const std::string query = "&number=" + std::to_string(commits_ + 1) + "&version=" + std::to_string(span.version) +
                              "&steps=" + std::to_string(update.steps) +
                              "&step_us=" + std::to_string(std::chrono::microseconds(update.step_time).count()) +
                              "&commit_us=" + std::to_string(commit_time_.count()) +
                              "&loss=" + std::to_string(update.loss);
    const Time began = RealNow();
    std::optional<sdk::Span> next = Ask("POST", query, std::make_shared<const std::string>(std::move(update.tensors)));
    commit_time_ = RealNow() - began;
    return next;
  }

  // What to do next; nothing if there is nothing more to do.
  std::optional<sdk::Span> Ask(std::string method, const std::string& query, Blob body) {
    Time heard = RealNow();
    while (!life_->Over()) {
      FetchRequest request;
      request.method = method;
      request.url = url_ + "?wait=" + FormatDuration(kWait) + (method == "POST" ? query : "");
      request.headers["authorization"] = "Propius-Ticket " + held_.ticket;
      request.body = body;
      request.timeout = transfer_.Until(held_.expires, RealNow()) + kWait;
      const Result<FetchAnswer> answer = tools_.fetcher.Fetch(request);
      transfer_.Note(answer);
      if (answer) {
        if (answer->status == 200) return ReadSpan(*answer);
        if (answer->status == 202) {
          Note(*answer);
          method = "GET";
          body = nullptr;
          heard = RealNow();
          backoff_.Reset();
          continue;
        }
        if (answer->status == 409 && IsGap(*answer)) {
          // The root knows less than it has acknowledged, or this device has forgotten: go on from what it knows.
          Note(*answer);
          method = "GET";
          body = nullptr;
          continue;
        }
        if (answer->status == 410) {
          Note(*answer);
          return std::nullopt;
        }
        if (!MayRetryStatus(answer->status)) {
          end_ = {answer->status == 422 ? sdk::TaskEnd::kRejected : sdk::TaskEnd::kFailed, ReasonOf(*answer)};
          return std::nullopt;
        }
      } else if (!MayRetry(answer.error().code)) {
        end_ = {sdk::TaskEnd::kFailed, answer.error().message};
        return std::nullopt;
      }
      if (RealNow() >= heard + tools_.upload_patience) {
        end_ = {sdk::TaskEnd::kFailed, "the root was silent for too long"};
        return std::nullopt;
      }
      life_->stop->WaitFor(std::max(backoff_.Next(), answer ? RetryAfterOf(*answer) : Duration::zero()));
    }
    return std::nullopt;
  }

  static bool IsGap(const FetchAnswer& answer) {
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    return json.is_object() && json.value("state", nlohmann::json()) == "gap";
  }
  static std::string ReasonOf(const FetchAnswer& answer) {
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    const auto reason = json.is_object() ? json.find("reason") : json.end();
    return json.is_object() && reason != json.end() && reason->is_string() ? reason->get<std::string>()
                                                                           : ProblemOf(answer).message;
  }

  void Note(const FetchAnswer& answer) {
    commits_ = NumberIn(HeaderOf(answer, "propius-commits"));
    if (commits_ > 0) end_ = {sdk::TaskEnd::kCommitted, ""};
  }

  sdk::Span ReadSpan(const FetchAnswer& answer) {
    Note(answer);
    backoff_.Reset();
    sdk::Span span;
    const std::string work = HeaderOf(answer, "propius-work");
    if (work.starts_with("us=")) {
      span.time = std::chrono::microseconds(NumberIn(work.substr(3)));
    } else if (work.starts_with("steps=")) {
      span.steps = NumberIn<std::uint32_t>(work.substr(6));
    }
    span.batch = NumberIn<std::uint32_t>(HeaderOf(answer, "propius-batch"));
    span.push_parameters = HeaderOf(answer, "propius-push") == "parameters";
    span.version = NumberIn(HeaderOf(answer, "propius-version"));
    span.commits = commits_;
    span.parameters = answer.body;
    return span;
  }

  void Leave() {
    FetchRequest request;
    request.method = "DELETE";
    request.url = url_;
    request.headers["authorization"] = "Propius-Ticket " + held_.ticket;
    request.timeout = kFarewellLimit;
    static_cast<void>(tools_.fetcher.Fetch(request));  // if it is lost, the root finds out by itself
  }

  const TaskTools& tools_;
  const HeldAssignment& held_;
  const std::shared_ptr<TaskLife> life_;
  const std::string url_;
  TransferLimit transfer_;
  RetryBackoff backoff_;
  std::uint64_t commits_ = 0;
  Duration commit_time_{};
  TaskResult end_{sdk::TaskEnd::kFailed, "left before its first commit"};
};

}  // namespace

TaskResult RunCommits(const TaskTools& tools, const HeldAssignment& held, const sdk::SpanHook& train, Rng& chance) {
  const auto life = std::make_shared<TaskLife>();
  life->expires = held.expires;
  life->stop = tools.stop;
  const LeaseKeeper keeper(tools.session, held, life, tools.call_timeout, chance.Fork());
  const Result<std::string> plan = DownloadPlan(tools.fetcher, held, *life, tools.call_timeout, chance.Fork());
  if (!plan) return {sdk::TaskEnd::kFailed, plan.error().message};
  return CommitLoop(tools, held, life, chance.Fork()).Run(train, *plan);
}

}  // namespace propius
