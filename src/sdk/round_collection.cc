#include "sdk/round_collection.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/real_runtime.h"
#include "domain/ids.h"
#include "sdk/round_result.h"

namespace propius {
namespace {

constexpr Duration kWait = 2s;
// A closed round's ledger lacks the control plane's half until that answers: worth waiting for while it restarts.
constexpr Duration kLedgerPatience = 30s;

class Collection {
 public:
  Collection(JobSession& session, Fetcher& fetcher, const RoundOrder& order, const ProgressHook& progress, Rng chance)
      : session_(session),
        fetcher_(fetcher),
        order_(order),
        hook_(progress),
        place_(Show(RoundKey{JobId{order.job}, RoundNumber{order.grant.round()}})),
        url_(JobUrl(order.grant, order.job) + "/rounds/" + std::to_string(order.grant.round())),
        backoff_({}, chance),
        transfer_(order.call_timeout),
        heard_(RealNow()),
        until_(heard_ + order.deadline + session.patience()) {
    progress_ = {.job_id = order.job,
                 .round = order.grant.round(),
                 .demand = order.demand,
                 .slots = order.grant.slots(),
                 .target = order.grant.target()};
  }

  Result<sdk::RoundResult> Run() {
    Tell();
    for (;;) {
      const Time asked_at = RealNow();
      const Result<FetchAnswer> answer = published_ ? Ask() : Publish();
      transfer_.Note(answer);
      pause_ = backoff_.Next();
      if (!answer) {
        if (!MayRetry(answer.error().code)) return Refused(answer.error());
        last_ = answer.error().message;
      } else if (auto end = published_ ? Settle(*answer, asked_at) : SettlePublication(*answer)) {
        return std::move(*end);
      }
      const Time now = RealNow();
      if (now >= heard_ + session_.patience()) return Silent();
      if (now >= until_) return Fail(Code::kDeadlineExceeded, place_ + ": not closed long after its deadline");
      SleepFor(pause_);
    }
  }

 private:
  Result<FetchAnswer> Send(const std::string& method, const std::string& path, Blob body, Duration extra) {
    FetchRequest request;
    request.method = method;
    request.url = url_ + path;
    request.headers["authorization"] = "Propius-Round " + order_.grant.round_token();
    request.body = std::move(body);
    request.timeout = transfer_.Until(until_, RealNow()) + extra;
    return fetcher_.Fetch(request);
  }
  Result<FetchAnswer> Publish() { return Send("PUT", "/plan", order_.plan, Duration::zero()); }
  // A job that was ended by somebody else wants no more of its round than what is there.
  Result<FetchAnswer> Ask() {
    if (job_finished_) return Send("POST", "/close", nullptr, kWait);
    return Send("GET", "/aggregate?wait=" + FormatDuration(kWait), nullptr, kWait);
  }

  using End = std::optional<Result<sdk::RoundResult>>;

  End SettlePublication(const FetchAnswer& answer) {
    const bool over = answer.status == 409 || answer.status == 410;  // its aggregate tells how the round ended
    if (answer.status == 200 || over) {
      if (answer.status == 200) heard_ = RealNow();
      if (publications_++ == 0) pause_ = Duration::zero();
      published_ = true;
      return std::nullopt;
    }
    return Postpone(answer);
  }

  End Settle(const FetchAnswer& answer, Time asked_at) {
    if (answer.status == 200) {
      Result<ReadResult> read = ReadRoundResult(order_.grant.round(), answer.body);
      if (!read) return Refused(read.error());
      const Time now = RealNow();
      if (!closed_at_) closed_at_ = now;
      if (read->final || now >= *closed_at_ + kLedgerPatience) return std::move(read->result);
      heard_ = now;
      return std::nullopt;
    }
    if (answer.status == 202) {
      ReadProgress(answer);
      Tell();
      heard_ = RealNow();
      pause_ = std::max(pause_ - (heard_ - asked_at), Duration::zero());
      if (pause_ == Duration::zero()) backoff_.Reset();
      return std::nullopt;
    }
    if (answer.status == 404) published_ = false;  // a root that has lost the round: the plan opens it again
    return Postpone(answer);
  }

  // To be asked again later, or a refusal.
  End Postpone(const FetchAnswer& answer) {
    if (answer.status < 400) return Refused({Code::kInternal, "unexpected status " + std::to_string(answer.status)});
    const Error problem = ProblemOf(answer);
    if (!MayRetryStatus(answer.status)) return Refused(problem);
    last_ = problem.message;
    pause_ = std::max(pause_, RetryAfterOf(answer));
    return std::nullopt;
  }

  void ReadProgress(const FetchAnswer& answer) {
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    if (!json.is_object()) return;
    const auto counted = json.find("counted");
    if (counted != json.end() && counted->is_number_unsigned()) progress_.counted = counted->get<std::uint32_t>();
  }

  void Tell() {
    const auto status = session_.GetOnce(order_.job);
    job_finished_ = job_finished_ || (status && status->job().state() == v1::JOB_STATE_FINISHED);
    if (!hook_) return;
    if (status && status->latest_round().round().round() == progress_.round) {
      progress_.allocated = status->latest_round().allocated();
    }
    hook_(progress_);
  }

  Result<sdk::RoundResult> Refused(const Error& error) const { return Fail(error.code, place_ + ": " + error.message); }
  Result<sdk::RoundResult> Silent() const {
    return Fail(Code::kUnavailable, place_ + ": the data plane gave no usable answer for " +
                                        FormatDuration(session_.patience()) + "; last: " + last_);
  }

  JobSession& session_;
  Fetcher& fetcher_;
  const RoundOrder& order_;
  const ProgressHook& hook_;
  const std::string place_;
  const std::string url_;
  RetryBackoff backoff_;
  TransferLimit transfer_;
  Time heard_;
  const Time until_;
  sdk::RoundProgress progress_;
  bool published_ = false;
  bool job_finished_ = false;
  int publications_ = 0;
  std::optional<Time> closed_at_;
  Duration pause_{};
  std::string last_;
};

}  // namespace

std::string JobUrl(const v1::RequestRoundResponse& grant, std::uint64_t job) {
  std::string root = grant.data_plane();
  while (root.ends_with('/')) root.pop_back();
  return root + "/v1/jobs/" + std::to_string(job);
}

Result<sdk::RoundResult> CollectRound(JobSession& session, Fetcher& fetcher, const RoundOrder& order,
                                      const ProgressHook& progress, Rng chance) {
  return Collection(session, fetcher, order, progress, chance).Run();
}

}  // namespace propius
