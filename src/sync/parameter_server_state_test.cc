#include <algorithm>

#include <gtest/gtest.h>

#include "base/event.h"
#include "base/rng.h"
#include "sync/models/asp.h"
#include "sync/models/bsp.h"
#include "sync/parameter_server.h"
#include "sync/registry.h"

namespace propius {
namespace {

constexpr std::size_t kSize = 7;
constexpr WorkerId kWorkers = 4;

std::unique_ptr<ParameterServer> MakeServer(const std::string& scheme, double momentum) {
  SyncRegistry registry;
  AddBuiltinSyncModels(registry);
  auto model = registry.Make(*ParseSyncChoice(scheme), {.workers = kWorkers, .goal = 0.1});
  EXPECT_TRUE(model) << model.error().message;
  const auto loss = [](std::span<const float> values) { return 1 + std::abs(static_cast<double>(values[0])); };
  return std::make_unique<ParameterServer>(*std::move(model), std::vector<float>(kSize),
                                           ServerOptions{.momentum = momentum, .loss = loss}, Time{});
}

// Lets workers that may go on commit in a drawn order, time pass and members come and go.
void Play(ParameterServer& server, std::uint64_t seed, Time from, int moves, std::string* seen) {
  Rng chance(seed);
  Time now = from;
  for (int move = 0; move < moves; ++move) {
    now += FromSeconds(chance.Uniform(1, 9));
    if (server.NextTick() && *server.NextTick() <= now) server.Tick(now);
    const WorkerId id = chance.Below(kWorkers);
    if (chance.Chance(0.04)) server.Leave(id, now);
    if (chance.Chance(0.08)) server.Join(id, now);
    std::vector<float> update(kSize);
    std::ranges::generate(update, [&] { return static_cast<float>(chance.Normal()) * 0.1F; });
    const auto found = server.workers().find(id);
    if (found == server.workers().end() || found->second.waiting || !found->second.active) continue;
    const CommitReport report{.number = found->second.commits + 1,
                              .steps = 5,
                              .step_time = FromSeconds(chance.Uniform(0.4, 2)),
                              .commit_time = FromSeconds(chance.Uniform(0.1, 1)),
                              .loss = chance.Uniform()};
    ASSERT_TRUE(server.Commit(id, report, update, now));
    for (const Release& release : server.TakeReleases()) {
      *seen += std::to_string(release.worker) + ":" + std::to_string(release.work.until.index()) +
               (release.work.pull ? "p" : "-") + std::to_string(release.work.batch) + " ";
    }
  }
}

class RestartedServer : public testing::TestWithParam<std::string> {};

TEST_P(RestartedServer, GoesOnAsIfNothingHadBeen) {
  const EventSink sink = SetEventSink([](Severity, std::string_view, const std::vector<EventField>&) {});
  for (const double momentum : {0.0, 0.4}) {
    for (int cut : {1, 17, 60, 200}) {
      const auto server = MakeServer(GetParam(), momentum);
      for (WorkerId id = 0; id < kWorkers; ++id) server->Join(id, Time{});
      server->TakeReleases();
      std::string before;
      Play(*server, 1, Time{}, cut, &before);
      const auto restarted = MakeServer(GetParam(), momentum);
      const std::string state = server->Save();
      const Status loaded = restarted->Load(state);
      ASSERT_TRUE(loaded) << loaded.error().message;
      EXPECT_TRUE(restarted->Save() == state);
      std::string after;
      std::string after_restart;
      Play(*server, 2, Time(2000s), 150, &after);
      Play(*restarted, 2, Time(2000s), 150, &after_restart);
      EXPECT_EQ(after, after_restart);
      EXPECT_TRUE(server->Save() == restarted->Save());
    }
  }
  SetEventSink(sink);
}

INSTANTIATE_TEST_SUITE_P(EveryModel, RestartedServer,
                         testing::Values("bsp", "asp", "ssp:s=3", "ssp:s=3:lazy=1", "fixed_adacomm", "adacomm",
                                         "adacomm:tau0=20", "adsp", "adsp:search=1", "adsp:overlap=1:stagger=1",
                                         "esync", "fedbuff:k=3", "fedasync", "dynsgd", "batch_tune:inner=asp",
                                         "batch_tune:inner=adsp"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace_if(name, [](char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

TEST(ServerState, IsRefusedWholeIfItIsNotWhole) {
  ParameterServer server(MakeBsp(), std::vector<float>(3), {}, Time{});
  server.Join(1, Time{});
  server.Join(2, Time{});
  ASSERT_TRUE(server.Commit(1, {.number = 1}, std::vector<float>{1, 2, 3}, Time{}));
  const std::string state = server.Save();
  for (std::size_t length = 0; length < state.size(); ++length) {
    ParameterServer other(MakeBsp(), std::vector<float>(3), {}, Time{});
    EXPECT_FALSE(other.Load(state.substr(0, length))) << length;
  }
  ParameterServer longer(MakeBsp(), std::vector<float>(3), {}, Time{});
  EXPECT_FALSE(longer.Load(state + "x"));
}

TEST(ServerState, IsRefusedIfItIsAnotherModels) {
  const ParameterServer server(MakeBsp(), std::vector<float>(3), {}, Time{});
  ParameterServer asp(MakeAsp({}), std::vector<float>(3), {}, Time{});
  EXPECT_NE(asp.Load(server.Save()).error().message.find("\"asp\""), std::string::npos);
  ParameterServer small(MakeBsp(), std::vector<float>(2), {}, Time{});
  EXPECT_NE(small.Load(server.Save()).error().message.find("2 parameters"), std::string::npos);
  ParameterServer heavy(MakeBsp(), std::vector<float>(3), {.momentum = 0.5}, Time{});
  EXPECT_FALSE(heavy.Load(server.Save()));
}

}  // namespace
}  // namespace propius
