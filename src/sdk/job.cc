#include "propius/job.h"

#include <mutex>
#include <optional>

#include "base/crypto.h"
#include "base/real_runtime.h"
#include "sdk/failure.h"
#include "sdk/job_session.h"
#include "sdk/round_collection.h"
#include "sdk/round_opening.h"
#include "sdk/shared_parameters.h"

namespace propius::sdk {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDefaultDeadline{600'000};  // the protocol's, for a request of 0
constexpr int kMostLives = 1'000;
constexpr std::size_t kLongestCounted = 100;  // of a key that a count is added to; 128 is the protocol's limit
// The data plane may answer a moment before the control plane has closed the round.
constexpr int kStatusTries = 10;
constexpr Duration kStatusPause = 200ms;

// A key under which a job was registered that is finished by now brings that job back, so that every further job of the
// name has a key of its own, found by counting.
std::string KeyOfLife(const std::string& key, int life) {
  if (life == 1) return key;
  const std::string stem = key.size() <= kLongestCounted ? key : ToHex(Sha256(key));
  return stem + "#" + std::to_string(life);
}

}  // namespace

struct Job::State {
  State(const JobOptions& given, const JobRequest& asked, Rng rng)
      : request(asked), call_timeout(given.call_timeout), session(given, rng.Fork()), chance(rng) {}

  // How long the round waited for devices and then for their updates, by the control plane's book.
  void ReadDurations(RoundResult& result);

  const JobRequest request;
  const Duration call_timeout;
  JobSession session;
  Rng chance;
  Fetcher fetcher;
  std::uint64_t id = 0;
  std::uint32_t rounds_behind = 0;
  JobKeys keys{""};

  // What Parameters() needs of the round under way.
  std::mutex watch_mutex;
  std::optional<v1::RequestRoundResponse> under_way;
  Fetcher watcher;

  void Enter(std::optional<v1::RequestRoundResponse> grant) {
    const std::lock_guard lock(watch_mutex);
    under_way = std::move(grant);
  }
};

void Job::State::ReadDurations(RoundResult& result) {
  for (int i = 0; i < kStatusTries; ++i) {
    const auto status = session.Get(id);
    if (!status) return;
    const v1::RoundStatus& round = status->latest_round();
    if (round.round().round() != result.round) return;
    if (round.closed_unix_ms() != 0) {
      const std::int64_t filled = round.filled_unix_ms() != 0 ? round.filled_unix_ms() : round.closed_unix_ms();
      result.scheduling = milliseconds(filled - round.requested_unix_ms());
      result.collection = milliseconds(round.closed_unix_ms() - filled);
      return;
    }
    SleepFor(kStatusPause);
  }
}

Result<Job> Job::Register(const JobOptions& options, const JobRequest& request) {
  auto state = std::make_unique<State>(options, request, Rng(SeedFromSystem()));
  const std::string key = options.idempotency_key.empty() ? ToHex(SecretFromSystem()) : options.idempotency_key;
  for (int life = 1; life <= kMostLives; ++life) {
    state->keys = JobKeys(KeyOfLife(key, life));
    const auto id = state->session.Register(state->keys.registration(), ToSpec(request));
    if (!id) return PublicFailure(id);
    const auto job = state->session.Get(*id);
    if (!job && job.error().code != Code::kNotFound) return PublicFailure(job);
    if (!job || job->job().state() == v1::JOB_STATE_FINISHED) continue;
    state->id = *id;
    if (job->has_latest_round()) {
      const bool open = job->latest_round().outcome() == v1::ROUND_OUTCOME_OPEN;
      state->rounds_behind = job->latest_round().round().round() - (open ? 1 : 0);
    }
    return Job(std::move(state));
  }
  return tl::unexpected<Error>({"resource_exhausted", "idempotency_key \"" + key +
                                                          "\": expected one that is not used up, got one of " +
                                                          std::to_string(kMostLives) + " finished jobs"});
}

Job::Job(std::unique_ptr<State> state) : state_(std::move(state)) {}
Job::Job(Job&&) noexcept = default;
Job::~Job() = default;

std::uint64_t Job::id() const { return state_->id; }
std::uint32_t Job::rounds_behind() const { return state_->rounds_behind; }

Result<RoundResult> Job::RunRound(const std::string& plan, const std::function<void(const RoundProgress&)>& progress) {
  State& state = *state_;
  const Duration deadline = state.request.deadline.count() == 0 ? kDefaultDeadline : state.request.deadline;
  const auto grant = OpenRound(state.session, state.keys, state.id, Sha256(plan), deadline);
  if (!grant) return PublicFailure(grant);

  RoundOrder order;
  order.job = state.id;
  order.grant = *grant;
  order.plan = std::make_shared<const std::string>(plan);
  order.demand = state.request.demand;
  order.deadline = deadline;
  order.call_timeout = state.call_timeout;
  state.Enter(*grant);
  auto result = CollectRound(state.session, state.fetcher, order, progress, state.chance.Fork());
  state.Enter(std::nullopt);
  if (!result) return PublicFailure(result);
  state.ReadDurations(*result);
  return std::move(*result);
}

Result<SharedParameters> Job::Parameters() {
  const std::lock_guard lock(state_->watch_mutex);
  if (!state_->under_way) return tl::unexpected<Error>({"failed_precondition", "no round is under way"});
  auto parameters = FetchParameters(state_->watcher, state_->id, *state_->under_way, state_->call_timeout);
  if (!parameters) return PublicFailure(parameters);
  return std::move(*parameters);
}

Result<void> Job::Finish() {
  const auto finished = state_->session.Finish(state_->keys.Finish(), state_->id);
  if (!finished) return PublicFailure(finished);
  return {};
}

}  // namespace propius::sdk
