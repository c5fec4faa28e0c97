// Seeds of crashes, refusing disks, lost and repeated calls against all desks at once; what must hold is checked on
// what was answered, not on what was meant.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/event.h"
#include "control/testing.h"

namespace propius {
namespace {

constexpr std::uint64_t kDevices = 12;
constexpr int kSteps = 400;

class Storm {
 public:
  explicit Storm(std::uint64_t seed, MatchMode mode = MatchMode::kOnline) : dice_(seed), site_(seed) {
    site_.clients.mode = mode;
    site_.clients.batch_interval = 20ms;
    site_.clients.batch_size = 6;
    site_.clients.min_retry = 10ms;
    site_.clients.max_retry = 40ms;
    site_.disk_options = {.min_latency = 0us, .max_latency = 20ms, .failure_probability = 0.1};
    site_.clients.lease = 500ms;
    site_.window_span = 5s;
    site_.Start();
  }

  void Run() {
    for (int step = 0; step < kSteps && !::testing::Test::HasFatalFailure(); ++step) {
      if (dice_.Chance(0.02)) Crash();
      Act();
      site_.runtime.RunFor(Duration(static_cast<std::int64_t>(dice_.Below(15'000))));
      CheckBook();
    }
  }

  // Faults stop: every round that is open closes, and the next one fills wholly.
  void Calm() {
    Crash();
    for (const auto& [id, job] : std::map(site_.book->jobs())) {
      const Round* current = site_.book->CurrentRound(id);
      if (current != nullptr && !current->closed()) {
        ASSERT_TRUE(site_.Close(current->terms.key()));
      }
      if (job.state == JobState::kFinished) continue;
      const auto grant = site_.Request(id, 3);
      ASSERT_TRUE(grant) << grant.error().message;
      for (std::uint64_t device = 101; device <= 103; ++device) {
        const auto bound = site_.Take(device, grant->round, "calm" + std::to_string(id.value));
        ASSERT_TRUE(bound) << bound.error().message;
      }
      ASSERT_EQ(site_.RoundOf(grant->round).live, 3U);
      ASSERT_TRUE(site_.Close(grant->round));
    }
    CheckBook();
  }

  std::size_t binds() const { return acknowledged_.size(); }
  std::size_t closed_rounds() const { return censuses_.size(); }

 private:
  struct AcceptCall {
    std::uint64_t device = 0;
    RoundKey round;
    std::string nonce;
    Caught<Bound> caught;
  };
  struct RequestCall {
    JobId job;
    std::string key;
    Caught<RoundGrant> caught;
  };

  void Crash() {
    Harvest();
    site_.Restart();
    for (const auto& [where, device] : acknowledged_) {
      const Binding* binding = site_.book->FindBinding(where.first, where.second);
      ASSERT_NE(binding, nullptr) << "an acknowledged bind is gone: " << Show(where.first);
      ASSERT_EQ(binding->device, device);
    }
    for (const auto& [key, round] : granted_) ASSERT_NE(site_.book->FindRound(round), nullptr);
  }

  void Act() {
    Harvest();
    switch (dice_.Below(10)) {
      case 0:
        return RegisterOne();
      case 1:
        return RequestOne();
      case 2:
        return CloseOne();
      case 3:
        return EndOne();
      case 4:
        return RepeatOne();
      default:
        return DeviceOne();
    }
  }

  void RegisterOne() {
    const std::string key = "register-" + std::to_string(dice_.Below(3));
    JobSpec spec = SpecOf(2, 1'000);
    spec.over_commit = 1.5;
    spec.deadline = 1s;
    Caught<JobId> caught;
    site_.job_desk->Register(site_.Caller(key), spec, caught.done());
    registers_.emplace_back(key, caught);
  }

  void RequestOne() {
    if (jobs_.empty()) return;
    RequestCall call{.job = Pick(jobs_).second, .key = "request-" + std::to_string(next_++), .caught = {}};
    Send(call);
    requests_.push_back(call);
  }

  void Send(const RequestCall& call) {
    Caught<RoundGrant> caught = call.caught;
    site_.job_desk->RequestRound(site_.Caller(call.key), call.job, 0, site_.plan, caught.done());
  }

  void CloseOne() {
    if (granted_.empty()) return;
    const RoundKey round = Pick(granted_).second;
    Caught<BindCensus> caught;
    site_.job_desk->RoundClosed({round, RoundOutcome::kPartial, 1, "storm"}, caught.done());
    closes_.emplace_back(round, caught);
  }

  void EndOne() {
    if (granted_.empty()) return;
    site_.job_desk->EndRequest(site_.Caller("end-" + std::to_string(next_++)), Pick(granted_).second,
                               [](const Result<RoundStatus>&) {});
  }

  void DeviceOne() {
    const std::uint64_t device = 1 + dice_.Below(kDevices);
    std::vector<TaskReport> reports;
    if (tickets_.contains(device) && dice_.Chance(0.5)) {
      reports.push_back({tickets_[device], dice_.Chance(0.5) ? TaskOutcome::kCommitted : TaskOutcome::kFailed});
    }
    Caught<Greeting> greeting;
    site_.client_desk->CheckIn({device}, {}, reports, greeting.done());
    if (!greeting.answered() || !greeting.get() || greeting.get()->offers.empty()) return;
    const Offer& offer = greeting.get()->offers[dice_.Below(greeting.get()->offers.size())];
    AcceptCall call{.device = device, .round = offer.round, .nonce = std::to_string(next_++), .caught = {}};
    Send(call);
    accepts_.push_back(call);
  }

  void Send(const AcceptCall& call) {
    Caught<Bound> caught = call.caught;
    site_.client_desk->Accept({call.device}, call.round, call.nonce, caught.done());
  }

  // A network that delivers twice, and callers that retry after a lost answer.
  void RepeatOne() {
    if (!accepts_.empty()) Send(accepts_[accepts_.size() - 1 - dice_.Below(std::min<std::size_t>(4, accepts_.size()))]);
    if (!requests_.empty())
      Send(requests_[requests_.size() - 1 - dice_.Below(std::min<std::size_t>(4, requests_.size()))]);
  }

  // What was answered since.
  void Harvest() {
    for (const auto& [key, caught] : registers_) {
      if (!caught.answered()) continue;
      ASSERT_TRUE(caught.get());
      ASSERT_EQ(jobs_.try_emplace(key, *caught.get()).first->second, *caught.get()) << "two jobs for one key";
    }
    for (const AcceptCall& call : accepts_) {
      ASSERT_NO_FATAL_FAILURE(SameAnswers(call.caught, [](const Bound& bound) { return bound.ticket; }));
      if (!call.caught.answered() || !call.caught.get()) continue;
      const Bound& bound = *call.caught.get();
      const DeviceId device{call.device};
      ASSERT_EQ(acknowledged_.try_emplace({bound.round, bound.slot}, device).first->second, device) << "a slot twice";
      ASSERT_EQ(slot_of_.try_emplace({bound.round, device}, bound.slot).first->second, bound.slot)
          << "a device twice in one round";
      tickets_[call.device] = bound.ticket;
    }
    for (const RequestCall& call : requests_) {
      ASSERT_NO_FATAL_FAILURE(SameAnswers(call.caught, [](const RoundGrant& grant) { return grant.token; }));
      if (call.caught.answered() && call.caught.get()) granted_.emplace(call.key, call.caught.get()->round);
    }
    std::set<RoundKey> rounds;
    for (const auto& [key, round] : granted_) ASSERT_TRUE(rounds.insert(round).second) << "a round for two keys";
    for (const auto& [round, caught] : closes_) {
      if (!caught.answered()) continue;
      ASSERT_TRUE(caught.get());
      const BindCensus& census = *caught.get();
      ASSERT_EQ(census.granted, census.returned + census.bound + census.stranded);
      ASSERT_EQ(censuses_.try_emplace(round, census).first->second, census) << "a census that changed";
    }
    for (const auto& [where, device] : acknowledged_) {
      const auto census = censuses_.find(where.first);
      if (census != censuses_.end()) {
        ASSERT_LT(where.second.value, census->second.bound);
      }
    }
  }

  template <typename T, typename Of>
  static void SameAnswers(const Caught<T>& caught, Of of) {
    for (std::size_t i = 1; i < caught.count(); ++i) {
      ASSERT_EQ(caught.get(i).has_value(), caught.get().has_value()) << "two answers to one key";
      if (caught.get()) {
        ASSERT_EQ(of(*caught.get(i)), of(*caught.get()));
      } else {
        ASSERT_EQ(caught.get(i).error(), caught.get().error());
      }
    }
  }

  void CheckBook() {
    std::set<DeviceId> holders;
    for (const auto& [id, job] : site_.book->jobs()) {
      std::uint64_t service = 0;
      for (std::uint32_t number = 1; number <= job.round.value; ++number) {
        const Round& round = *site_.book->FindRound({id, {number}});
        ASSERT_LE(round.live, round.terms.slots);
        ASSERT_EQ(round.issued, round.live + round.failed + round.expired);
        service += round.live;
        for (const Binding* binding : site_.book->BindingsOf({id, {number}})) {
          if (binding->state != BindState::kLive) continue;
          ASSERT_TRUE(holders.insert(binding->device).second) << "a device that holds two tasks";
          ASSERT_FALSE(round.closed());
        }
      }
      ASSERT_EQ(job.attained_service, service);
      const Round* current = site_.book->CurrentRound(id);
      ASSERT_EQ(site_.book->open_jobs().contains(id), current != nullptr && current->open());
      if (current != nullptr) {
        ASSERT_EQ(job.state == JobState::kScheduling, current->open());
        ASSERT_EQ(job.amount, current->live);
      }
    }
  }

  template <typename Map>
  const typename Map::value_type& Pick(const Map& map) {
    return *std::next(map.begin(), static_cast<std::ptrdiff_t>(dice_.Below(map.size())));
  }

  Rng dice_;
  Desks site_;
  int next_ = 0;
  std::vector<std::pair<std::string, Caught<JobId>>> registers_;
  std::vector<RequestCall> requests_;
  std::vector<AcceptCall> accepts_;
  std::vector<std::pair<RoundKey, Caught<BindCensus>>> closes_;
  std::map<std::string, JobId> jobs_;
  std::map<std::string, RoundKey> granted_;
  std::map<std::pair<RoundKey, Slot>, DeviceId> acknowledged_;
  std::map<std::pair<RoundKey, DeviceId>, Slot> slot_of_;
  std::map<std::uint64_t, std::string> tickets_;
  std::map<RoundKey, BindCensus> censuses_;
};

void RunStorms(MatchMode mode) {
  const EventSink sink = SetEventSink(nullptr);
  std::size_t binds = 0;
  std::size_t closed_rounds = 0;
  for (std::uint64_t seed = 1; seed <= 60 && !::testing::Test::HasFatalFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Storm storm(seed, mode);
    storm.Run();
    if (!::testing::Test::HasFatalFailure()) storm.Calm();
    binds += storm.binds();
    closed_rounds += storm.closed_rounds();
  }
  SetEventSink(sink);
  EXPECT_GT(binds, 1'000U) << "the storm has to leave something to lose";
  EXPECT_GT(closed_rounds, 300U);
}

TEST(Storm, LosesNothingThatWasAnsweredAndGivesNothingTwice) { RunStorms(MatchMode::kOnline); }
TEST(Storm, LosesNothingInSmallBatchModeEither) { RunStorms(MatchMode::kSmallBatch); }

}  // namespace
}  // namespace propius
