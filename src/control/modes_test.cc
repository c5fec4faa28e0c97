// Every policy in both modes, on one small fleet: what must hold whoever plans.
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/event.h"
#include "control/testing.h"
#include "scheduling/registry.h"

namespace propius {
namespace {

constexpr std::uint64_t kDevices = 60;
constexpr std::uint32_t kRounds = 4;

// Jobs that close a round when enough devices have reported and ask for the next; devices that come as they are told,
// take the best offer and are busy for a while. Some give their task back.
class SmallFleet {
 public:
  SmallFleet(MatchMode mode, const std::string& policy, std::uint64_t seed) : site_(seed), dice_(seed) {
    site_.clients.mode = mode;
    site_.clients.batch_interval = 2s;
    site_.clients.max_retry = 5s;
    site_.window_span = 10min;
    site_.make_policy = [policy] {
      PolicyRegistry registry;
      AddBuiltinPolicies(registry);
      return registry.Make(policy).value();
    };
    site_.Start();
  }

  void AddJob(std::uint32_t demand, Constraint needs = {}, std::uint32_t rounds = kRounds, TenantId tenant = "team") {
    JobSpec spec = SpecOf(demand, rounds);
    spec.needs = std::move(needs);
    spec.over_commit = 1.2;
    spec.deadline = 5min;
    spec.work.samples = 500;
    JobCaller caller = site_.Caller();
    caller.tenant = tenant;
    site_.job_desk->Register(caller, spec, [this, caller](const Result<JobId>& job) {
      ASSERT_TRUE(job) << job.error().message;
      jobs_[*job] = caller.tenant;
      Request(*job);
    });
  }

  void Run(Duration span) {
    for (std::uint64_t device = 1; device <= kDevices; ++device) Come(device, FromSeconds(dice_.Uniform(0, 10)));
    site_.runtime.RunFor(span);
  }

  std::string Digest() const { return ToHex(Sha256(log_)); }
  std::uint64_t binds() const { return binds_; }
  std::uint64_t BindsOf(const TenantId& tenant) const {
    std::uint64_t binds = 0;
    for (const auto& [job, count] : binds_of_) binds += jobs_.at(job) == tenant ? count : 0;
    return binds;
  }
  std::size_t JobsWithBinds() const { return binds_of_.size(); }

 private:
  void Request(JobId job) {
    JobCaller caller = site_.Caller();
    caller.tenant = jobs_[job];
    site_.job_desk->RequestRound(caller, job, 0, site_.plan, [](const Result<RoundGrant>&) {});
  }

  static Attributes AttributesOf(std::uint64_t device) {
    return Has({{"cpu_f", static_cast<double>(device % 5)},
                {"ms_per_sample", 10 + static_cast<double>(device % 7) * 10},
                {"ram_gb", static_cast<double>(device % 3 * 4)}});
  }

  void Come(std::uint64_t device, Duration delay) {
    site_.runtime.After(delay, [this, device] {
      site_.client_desk->CheckIn({device}, AttributesOf(device), std::exchange(reports_[device], {}),
                                 [this, device](const Result<Greeting>& greeting) { OnGreeting(device, *greeting); });
    });
  }

  void OnGreeting(std::uint64_t device, const Greeting& greeting) {
    if (greeting.offers.empty() || greeting.holding) return Come(device, greeting.retry_after);
    const RoundKey round = greeting.offers[0].round;
    const std::string nonce = std::to_string(++nonces_);
    site_.client_desk->Accept({device}, round, nonce, [this, device](const Result<Bound>& bound) {
      if (!bound) return Come(device, 1s);
      OnBound(device, *bound);
    });
  }

  void OnBound(std::uint64_t device, const Bound& bound) {
    log_ += std::to_string(device) + " " + Show(bound.round) + " " + std::to_string(bound.slot.value) + "\n";
    ++binds_;
    ++binds_of_[bound.round.job];
    const Round& round = site_.RoundOf(bound.round);
    ASSERT_LE(round.live, round.terms.slots) << "demand is never exceeded";
    ASSERT_TRUE(site_.JobOf(bound.round.job).spec.needs.Admits(AttributesOf(device)));
    const bool fails = dice_.Chance(0.1);
    reports_[device] = {{bound.ticket, fails ? TaskOutcome::kFailed : TaskOutcome::kCommitted}};
    const Duration busy = FromSeconds(dice_.Uniform(2, 20));
    Come(device, busy);
    site_.runtime.After(busy + 1s, [this, key = bound.round] { CloseIfDone(key); });
  }

  void CloseIfDone(const RoundKey& key) {
    const Round& round = site_.RoundOf(key);
    if (round.closed() || round.reported < round.terms.target) return;
    site_.job_desk->RoundClosed({key, RoundOutcome::kCompleted, round.reported, "target reached"},
                                [](const Result<BindCensus>&) {});
    Request(key.job);
  }

  Desks site_;
  Rng dice_;
  std::map<JobId, TenantId> jobs_;
  std::map<JobId, std::uint64_t> binds_of_;
  std::map<std::uint64_t, std::vector<TaskReport>> reports_;
  std::string log_;
  std::uint64_t binds_ = 0;
  int nonces_ = 0;
};

std::vector<std::string> AllPolicies() {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  return registry.Names();
}

struct EveryPolicy : ::testing::TestWithParam<std::tuple<MatchMode, std::string>> {
  void SetUp() override { SetEventSink(nullptr); }
  static std::pair<std::string, std::uint64_t> RunOnce(std::uint64_t seed) {
    SmallFleet fleet(std::get<0>(GetParam()), std::get<1>(GetParam()), seed);
    fleet.AddJob(5);
    fleet.AddJob(8, Needs({{"ram_gb", 4}}));
    fleet.AddJob(3, Needs({{"ram_gb", 8}, {"cpu_f", 3}}));
    fleet.AddJob(12, Needs({{"cpu_f", 2}}));
    fleet.Run(30min);
    EXPECT_EQ(fleet.JobsWithBinds(), 4U);
    return {fleet.Digest(), fleet.binds()};
  }
};

TEST_P(EveryPolicy, BindsDevicesWithinTheDemandAndTheSameForEqualSeeds) {
  const auto [digest, binds] = RunOnce(1);
  // Four jobs of four rounds.
  EXPECT_GE(binds, kRounds * (5 + 8 + 3 + 12));
  EXPECT_EQ(RunOnce(1).first, digest);
  EXPECT_NE(RunOnce(2).first, digest);
}

std::string NameOf(const ::testing::TestParamInfo<EveryPolicy::ParamType>& of) {
  return (std::get<0>(of.param) == MatchMode::kOnline ? "online_" : "small_batch_") + std::get<1>(of.param);
}

INSTANTIATE_TEST_SUITE_P(Modes, EveryPolicy,
                         ::testing::Combine(::testing::Values(MatchMode::kOnline, MatchMode::kSmallBatch),
                                            ::testing::ValuesIn(AllPolicies())),
                         NameOf);

struct FairShare : ::testing::TestWithParam<MatchMode> {
  void SetUp() override { SetEventSink(nullptr); }
};

// Nine jobs of one tenant would take every device; the other tenant's one job has as much of them.
TEST_P(FairShare, StarvesNobody) {
  SmallFleet fleet(GetParam(), "fair_share", 3);
  for (int i = 0; i < 9; ++i) fleet.AddJob(15, {}, 1'000, "many");
  fleet.AddJob(40, {}, 1'000, "one");
  fleet.Run(30min);
  const auto one = static_cast<double>(fleet.BindsOf("one"));
  const auto many = static_cast<double>(fleet.BindsOf("many"));
  EXPECT_GT(one, 0.3 * (one + many));
  EXPECT_GT(many, 0.3 * (one + many));
  EXPECT_EQ(fleet.JobsWithBinds(), 10U);
}

INSTANTIATE_TEST_SUITE_P(Modes, FairShare, ::testing::Values(MatchMode::kOnline, MatchMode::kSmallBatch));

}  // namespace
}  // namespace propius
