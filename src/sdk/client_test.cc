#include "propius/client.h"

#include <array>
#include <bit>
#include <thread>

#include <gtest/gtest.h>

#include "sdk/testing/device_world.h"

namespace propius::sdk {
namespace {

using testing::DeviceWorld;
using testing::Echo;
using testing::File;
using testing::HttpCall;
using testing::kDevice;
using testing::State;

TEST(Client, DoesAWholeRoundAndTellsHowItEnded) {
  DeviceWorld world;
  Client client(world.options);
  std::string seen_plan;
  const auto summary = client.RunOnce([&](const HeldTask& task, const std::string& plan) {
    EXPECT_EQ(task.job_id, 3U);
    EXPECT_EQ(task.round, 1U);
    EXPECT_EQ(task.slot, 5U);
    EXPECT_FALSE(task.cancelled());
    seen_plan = plan;
    return Echo(task, plan);
  });
  ASSERT_TRUE(summary.has_value()) << summary.error().message;
  EXPECT_EQ(summary->end, TaskEnd::kCommitted);
  EXPECT_EQ(summary->job_id, 3U);
  EXPECT_EQ(summary->retry_after.count(), 2);  // of the last greeting
  EXPECT_EQ(seen_plan, File());

  const HttpCall sent = world.leaf.calls().back();
  EXPECT_EQ(sent.headers.at("authorization"), "Propius-Ticket ticket-of-3");
  EXPECT_EQ(ParseSafetensors(sent.body).value().metadata.at("weight"), "2.5");
  EXPECT_EQ(world.manager.check_ins().at(0).device_id(), kDevice);
  ASSERT_EQ(world.manager.pings().size(), 1U);
  const v1::TaskReport report = world.manager.pings().at(0).reports(0);
  EXPECT_EQ(report.ticket(), "ticket-of-3");
  EXPECT_EQ(report.outcome(), v1::TASK_OUTCOME_COMMITTED);
}

TEST(Client, TakesTheNextOfferWhenOneIsRefused) {
  for (const auto code :
       {grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::FAILED_PRECONDITION, grpc::StatusCode::NOT_FOUND}) {
    DeviceWorld world;
    world.options.private_attributes = {{"samples", 10}};
    world.offers = {DeviceWorld::Offer(1, {}), DeviceWorld::Offer(2, {{"samples", 11}}),
                    DeviceWorld::Offer(3, {{"samples", 10}})};
    const auto accept = world.manager.on_accept;
    world.manager.on_accept = [&](const v1::AcceptRequest& request, v1::AcceptResponse& answer) {
      if (request.round().job_id() == 1) return grpc::Status(code, "full");
      return accept(request, answer);
    };
    Client client(world.options);
    EXPECT_EQ(client.RunOnce(Echo).value().job_id, 3U);
    const auto accepts = world.manager.accepts();
    ASSERT_EQ(accepts.size(), 2U);  // job 2 asks for more than the device has
    EXPECT_NE(accepts[0].nonce(), accepts[1].nonce());
  }
}

TEST(Client, ComesBackLaterWhenEveryOfferIsRefused) {
  DeviceWorld world;
  world.offers = {DeviceWorld::Offer(1, {}), DeviceWorld::Offer(2, {})};
  world.manager.on_accept = [](const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "round is full");
  };
  const auto summary = Client(world.options).RunOnce(Echo);
  EXPECT_EQ(summary.value().end, TaskEnd::kNone);
  EXPECT_NE(summary->reason.find("round is full"), std::string::npos);
  EXPECT_EQ(summary->retry_after.count(), 1);
  EXPECT_EQ(world.manager.accepts().size(), 2U);
  EXPECT_TRUE(world.manager.pings().empty());
}

TEST(Client, ResumesATaskThatItHeldInAnEarlierLife) {
  DeviceWorld world;
  world.holding = world.Assignment(3);
  const auto summary = Client(world.options).RunOnce(Echo);
  EXPECT_EQ(summary.value().end, TaskEnd::kCommitted);
  EXPECT_TRUE(world.manager.accepts().empty());
}

TEST(Client, NeverSendsAPrivateAttribute) {
  constexpr double kCanary = 1234.567890123;
  DeviceWorld world;
  world.options.private_attributes = {{"canary_name", kCanary}, {"samples", 10}};
  world.offers = {DeviceWorld::Offer(1, {{"canary_name", 5000}}), DeviceWorld::Offer(3, {{"canary_name", 1000}})};
  std::vector<double> asked;
  world.options.decide = [&](const std::vector<TaskOffer>& offers, const AttributeMap& own) {
    asked.push_back(own.at("canary_name"));
    return std::optional<std::size_t>(offers.size() - 1);
  };
  Client client(world.options);
  client.SetPrivateAttribute("later_canary", kCanary);
  ASSERT_EQ(client.RunOnce(Echo).value().end, TaskEnd::kCommitted);
  EXPECT_EQ(asked, std::vector<double>{kCanary});

  const std::string sent = world.manager.bytes() + world.leaf.bytes();
  const auto bytes = std::bit_cast<std::array<char, 8>>(kCanary);
  const std::string raw(bytes.data(), bytes.size());
  const std::string reversed(raw.rbegin(), raw.rend());
  const auto narrow = std::bit_cast<std::array<char, 4>>(static_cast<float>(kCanary));
  const std::string raw32(narrow.data(), narrow.size());
  for (const std::string& secret : {std::string("canary"), std::string("1234.56"), raw, reversed, raw32, ToHex(raw),
                                    ToBase64Url(raw).substr(0, 8)}) {
    EXPECT_EQ(sent.find(secret), std::string::npos) << secret;
  }
  EXPECT_NE(sent.find("cpu_f"), std::string::npos);  // the scan sees what is sent
  for (const auto& accept : world.manager.accepts()) EXPECT_EQ(accept.round().job_id(), 3U);
}

TEST(Client, TellsLateAndRejectedApart) {
  DeviceWorld world;
  world.on_update = [](const HttpCall&) { return State(410, "late"); };
  Client client(world.options);
  EXPECT_EQ(client.RunOnce(Echo).value().end, TaskEnd::kLate);
  world.on_update = [](const HttpCall&) { return State(422, "rejected"); };
  const auto rejected = client.RunOnce(Echo);
  EXPECT_EQ(rejected.value().end, TaskEnd::kRejected);
  EXPECT_EQ(rejected->reason, "as scripted");
  EXPECT_EQ(world.manager.pings().at(0).reports(0).outcome(), v1::TASK_OUTCOME_LATE);
  EXPECT_EQ(world.manager.pings().at(1).reports(0).outcome(), v1::TASK_OUTCOME_REJECTED);
}

TEST(Client, GivesTheTaskBackWhenItIsStoppedWhileTraining) {
  DeviceWorld world;
  Client client(world.options);
  int rounds = 0;
  client.Run(
      [&](const HeldTask& task, const std::string& plan) {
        std::thread([&] { client.Stop(); }).join();
        EXPECT_TRUE(task.cancelled());
        return Echo(task, plan);
      },
      [&](const TaskSummary& summary) {
        ++rounds;
        EXPECT_EQ(summary.end, TaskEnd::kFailed);
      });
  EXPECT_EQ(rounds, 1);
  EXPECT_EQ(world.leaf.methods(), "GET");
  EXPECT_EQ(world.manager.pings().back().reports(0).outcome(), v1::TASK_OUTCOME_FAILED);
  EXPECT_EQ(client.RunOnce(Echo).error().code, "aborted");
  EXPECT_FALSE(world.holding.has_value());
}

TEST(Client, StaysAwayAsLongAsItIsTold) {
  DeviceWorld world;
  world.offers.clear();
  const auto check_in = world.manager.on_check_in;
  world.manager.on_check_in = [&, calls = 0](const v1::CheckInRequest& request, v1::CheckInResponse& answer) mutable {
    const grpc::Status status = check_in(request, answer);
    // The third answer says to come back in an hour: there must be no fourth call.
    if (++calls == 3) answer.mutable_greeting()->set_retry_after_ms(3'600'000);
    return status;
  };
  Client client(world.options);
  std::thread stopper;
  client.Run(Echo, [&](const TaskSummary& summary) {
    if (summary.retry_after < std::chrono::minutes(1)) return;
    stopper = std::thread([&] {
      SleepFor(std::chrono::milliseconds(300));
      client.Stop();
    });
  });
  stopper.join();
  EXPECT_EQ(world.manager.check_ins().size(), 3U);
}

TEST(Client, DrawsAnIdOnceIfItHasNone) {
  DeviceWorld world;
  world.offers.clear();
  world.options.device_id = 0;
  Client one(world.options);
  Client other(world.options);
  EXPECT_NE(one.id(), 0U);
  EXPECT_NE(one.id(), other.id());
  ASSERT_TRUE(one.RunOnce(Echo).has_value());
  ASSERT_TRUE(one.RunOnce(Echo).has_value());
  for (const auto& check_in : world.manager.check_ins()) EXPECT_EQ(check_in.device_id(), one.id());
}

}  // namespace
}  // namespace propius::sdk
