#include "sdk/upload.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/real_runtime.h"
#include "sdk/retry.h"

namespace propius {
namespace {

// How long the leaf may hold its answer back while it waits for the root.
constexpr Duration kWait = 10s;
// A round is closed up to this much after its time; only then is an accepted update committed or late.
constexpr Duration kCloseGrace = 5s;

struct Fate {
  std::string state;
  std::string reason;
};

// Nothing if the answer is not what docs/protocol.md says: it may come from something in between.
std::optional<Fate> ReadFate(const FetchAnswer& answer) {
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto text = [&json](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Fate fate{text("state"), text("reason")};
  const bool meant =
      (answer.status == 200 && fate.state == "committed") || (answer.status == 202 && fate.state == "accepted") ||
      (answer.status == 410 && fate.state == "late") || (answer.status == 422 && fate.state == "rejected");
  return meant ? std::optional(std::move(fate)) : std::nullopt;
}

class Delivery {
 public:
  Delivery(Fetcher& fetcher, const HeldAssignment& held, const TaskLife& life, Blob update, const UploadLimits& limits,
           Rng chance)
      : fetcher_(fetcher),
        life_(life),
        update_(std::move(update)),
        limits_(limits),
        transfer_(limits.first_transfer),
        backoff_({}, chance),
        until_(held.expires + kCloseGrace),
        heard_(RealNow()) {
    request_.url = held.leaf + "/v1/jobs/" + std::to_string(held.round.job.value) + "/rounds/" +
                   std::to_string(held.round.round.value) + "/updates?wait=" + FormatDuration(kWait);
    request_.headers["authorization"] = "Propius-Ticket " + held.ticket;
  }

  UploadEnd Run() {
    while (!life_.stop->raised()) {
      const Time asked_at = RealNow();
      const Result<FetchAnswer> answer = Try();
      if (const std::optional<UploadEnd> end = Settle(answer)) return *end;
      const Time now = RealNow();
      if (now >= until_) return GiveUp("the round's time is over");
      if (now >= heard_ + limits_.patience) return GiveUp("the leaf was silent for too long");
      Duration pause = std::max(backoff_.Next(), answer ? RetryAfterOf(*answer) : Duration::zero());
      // Whoever held the answer back has waited for us.
      if (accepted_) pause = std::max(pause - (now - asked_at), Duration::zero());
      life_.stop->WaitFor(pause);
    }
    return GiveUp("stopped");
  }

 private:
  Result<FetchAnswer> Try() {
    request_.method = accepted_ ? "GET" : "POST";
    request_.body = accepted_ ? nullptr : update_;
    request_.timeout = transfer_.Until(until_, RealNow()) + kWait;
    Result<FetchAnswer> answer = fetcher_.Fetch(request_);
    transfer_.Note(answer);
    return answer;
  }

  // The end, if this answer is one; else notes what to do next.
  std::optional<UploadEnd> Settle(const Result<FetchAnswer>& answer) {
    const bool asked = accepted_;
    accepted_ = false;
    if (!answer) {
      last_ = answer.error().message;
      if (!MayRetry(answer.error().code)) return GiveUp("it could not be sent");
      return std::nullopt;
    }
    if (const std::optional<Fate> fate = ReadFate(*answer)) {
      if (fate->state == "committed") return UploadEnd{UploadVerdict::kCommitted, ""};
      if (fate->state == "late") return UploadEnd{UploadVerdict::kLate, fate->reason};
      if (fate->state == "rejected") return UploadEnd{UploadVerdict::kRejected, fate->reason};
      if (!asked) backoff_.Reset();
      accepted_ = true;
      heard_ = RealNow();
      last_ = "accepted";
      return std::nullopt;
    }
    if (answer->status < 400) {
      last_ = "expected a state as JSON with status " + std::to_string(answer->status) + ", got something else";
      return std::nullopt;
    }
    last_ = ProblemOf(*answer).message;
    if (answer->status == 410) return UploadEnd{UploadVerdict::kLate, last_};
    if (asked && answer->status == 404) return std::nullopt;
    // Overload is a word from the leaf too: to give up on it would lose work that it will soon take.
    if (answer->status == 429 || answer->status == 503) heard_ = RealNow();
    if (MayRetryStatus(answer->status) || answer->status == 409) return std::nullopt;
    return GiveUp("the leaf refused it");
  }

  UploadEnd GiveUp(const std::string& why) const {
    return {UploadVerdict::kGivenUp, last_.empty() ? why : why + "; last: " + last_};
  }

  Fetcher& fetcher_;
  const TaskLife& life_;
  const Blob update_;
  const UploadLimits limits_;
  TransferLimit transfer_;
  RetryBackoff backoff_;
  const Time until_;
  Time heard_;
  FetchRequest request_;
  bool accepted_ = false;
  std::string last_;
};

}  // namespace

UploadEnd Upload(Fetcher& fetcher, const HeldAssignment& held, const TaskLife& life, Blob update,
                 const UploadLimits& limits, Rng chance) {
  return Delivery(fetcher, held, life, std::move(update), limits, chance).Run();
}

}  // namespace propius
