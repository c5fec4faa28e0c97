#include "propius/client.h"

#include <array>
#include <bit>
#include <set>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "sdk/testing/fake_grpc.h"
#include "sdk/testing/fake_http.h"
#include "sdk/testing/samples.h"

namespace propius::sdk {
namespace {

using testing::FakeClientManager;
using testing::FakeHttp;
using testing::File;
using testing::GrpcPlace;
using testing::HttpCall;
using testing::HttpReply;

constexpr std::uint64_t kDevice = 77;
const grpc::Status kLost(grpc::StatusCode::UNAVAILABLE, "the answer is lost");

HttpReply State(int status, const std::string& state) {
  return {status, R"({"state": ")" + state + R"(", "reason": "as scripted"})", {}};
}

// One round of job 3 on a server that keeps its word; tests change what they are about.
struct World {
  FakeClientManager manager;
  GrpcPlace control{manager};
  std::function<std::optional<HttpReply>(const HttpCall&)> on_plan = [](const HttpCall&) {
    return HttpReply{200, File(), {}};
  };
  std::function<std::optional<HttpReply>(const HttpCall&)> on_update = [](const HttpCall&) {
    return State(200, "committed");
  };
  FakeHttp leaf{
      [this](const HttpCall& call) { return call.target.starts_with("/v1/plans/") ? on_plan(call) : on_update(call); }};
  std::vector<v1::Offer> offers{Offer(3, {})};
  std::optional<v1::Assignment> holding;
  std::set<std::string> nonces;  // of accepts that were done
  ClientOptions options;

  World() {
    options.client_manager = control.target();
    options.device_id = kDevice;
    options.public_attributes = {{"cpu_f", 4}};
    options.call_timeout = std::chrono::seconds(10);
    manager.on_check_in = [this](const v1::CheckInRequest& request, v1::CheckInResponse& answer) {
      Settle(request.reports());
      *answer.mutable_greeting() = Greeting();
      return grpc::Status::OK;
    };
    manager.on_ping = [this](const v1::PingRequest& request, v1::PingResponse& answer) {
      Settle(request.reports());
      *answer.mutable_greeting() = Greeting();
      answer.mutable_greeting()->set_retry_after_ms(2);
      return grpc::Status::OK;
    };
    manager.on_accept = [this](const v1::AcceptRequest& request, v1::AcceptResponse& answer) {
      nonces.insert(request.nonce());
      holding = Assignment(request.round().job_id());
      *answer.mutable_assignment() = *holding;
      return grpc::Status::OK;
    };
  }

  static v1::Offer Offer(std::uint64_t job, const AttributeMap& bounds) {
    v1::Offer offer;
    offer.mutable_round()->set_job_id(job);
    offer.mutable_round()->set_round(1);
    for (const auto& [name, value] : bounds) {
      v1::Attribute& bound = *offer.add_private_constraint();
      bound.set_name(name);
      bound.set_value(value);
    }
    return offer;
  }
  v1::Assignment Assignment(std::uint64_t job) const {
    v1::Assignment assignment;
    assignment.mutable_round()->set_job_id(job);
    assignment.mutable_round()->set_round(1);
    assignment.set_slot(5);
    assignment.set_ticket("ticket-of-" + std::to_string(job));
    assignment.set_leaf(leaf.url());
    assignment.set_plan_digest(Sha256(File()));
    assignment.set_expires_unix_ms((ToMicros(RealNow()) + 600'000'000) / 1'000);
    assignment.set_lease_ms(60'000);
    return assignment;
  }
  v1::Greeting Greeting() const {
    v1::Greeting greeting;
    greeting.set_retry_after_ms(1);
    if (holding) {
      *greeting.mutable_holding() = *holding;
    } else {
      for (const v1::Offer& offer : offers) *greeting.add_offers() = offer;
    }
    return greeting;
  }
  template <typename Reports>
  void Settle(const Reports& reports) {
    for (const v1::TaskReport& report : reports) {
      if (holding && report.ticket() == holding->ticket()) holding.reset();
    }
  }
};

Result<Update> Echo(const HeldTask&, const std::string& plan) { return Update{plan, 2.5}; }

TEST(Client, DoesAWholeRoundAndTellsHowItEnded) {
  World world;
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

TEST(Client, SettlesAReportOnceAndNoMoreOften) {
  World world;
  Client client(world.options);
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  world.offers.clear();
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  EXPECT_EQ(world.manager.check_ins().at(1).reports_size(), 0);
}

TEST(Client, SendsAReportAgainUntilTheServerHasAnsweredIt) {
  World world;
  world.manager.on_ping = [](const auto&, auto&) { return kLost; };
  Client client(world.options);
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  world.offers.clear();
  const auto check_in = world.manager.on_check_in;
  world.manager.on_check_in = [&, calls = 0](const v1::CheckInRequest& request, v1::CheckInResponse& answer) mutable {
    const grpc::Status done = check_in(request, answer);
    return ++calls <= 2 ? kLost : done;
  };
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  const auto check_ins = world.manager.check_ins();
  ASSERT_EQ(check_ins.size(), 4U);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(check_ins[i].device_id(), kDevice);
    ASSERT_EQ(check_ins[i].reports_size(), 1);
    EXPECT_EQ(check_ins[i].reports(0).ticket(), "ticket-of-3");
  }
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  EXPECT_EQ(world.manager.check_ins().back().reports_size(), 0);
}

TEST(Client, AcceptsWithTheSameNonceWhenTheAnswerIsLostAndAnotherOneNextTime) {
  World world;
  const auto accept = world.manager.on_accept;
  world.manager.on_accept = [&, calls = 0](const v1::AcceptRequest& request, v1::AcceptResponse& answer) mutable {
    const grpc::Status done = accept(request, answer);
    return ++calls <= 2 ? kLost : done;
  };
  Client client(world.options);
  EXPECT_EQ(client.RunOnce(Echo).value().end, TaskEnd::kCommitted);
  EXPECT_EQ(world.manager.accepts().size(), 3U);
  EXPECT_EQ(world.nonces.size(), 1U);
  EXPECT_EQ(client.RunOnce(Echo).value().end, TaskEnd::kCommitted);
  EXPECT_EQ(world.nonces.size(), 2U);
  for (const std::string& nonce : world.nonces) EXPECT_TRUE(!nonce.empty() && nonce.size() <= 64) << nonce;
}

TEST(Client, TakesTheNextOfferWhenOneIsRefused) {
  for (const auto code :
       {grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::FAILED_PRECONDITION, grpc::StatusCode::NOT_FOUND}) {
    World world;
    world.options.private_attributes = {{"samples", 10}};
    world.offers = {World::Offer(1, {}), World::Offer(2, {{"samples", 11}}), World::Offer(3, {{"samples", 10}})};
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
  World world;
  world.offers = {World::Offer(1, {}), World::Offer(2, {})};
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

TEST(Client, FailsWhenItIsRefusedItself) {
  World world;
  world.manager.on_check_in = [](const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "public_attributes: expected finite values");
  };
  const auto refused = Client(world.options).RunOnce(Echo);
  EXPECT_EQ(refused.error().code, "invalid_argument");
  EXPECT_NE(refused.error().message.find("finite"), std::string::npos);
}

TEST(Client, FailsWhenNobodyAnswers) {
  World world;
  world.control.Close();
  world.options.call_timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(Client(world.options).RunOnce(Echo).error().code, "unavailable");
}

TEST(Client, ResumesATaskThatItHeldInAnEarlierLife) {
  World world;
  world.holding = world.Assignment(3);
  const auto summary = Client(world.options).RunOnce(Echo);
  EXPECT_EQ(summary.value().end, TaskEnd::kCommitted);
  EXPECT_TRUE(world.manager.accepts().empty());
}

TEST(Client, NeverSendsAPrivateAttribute) {
  constexpr double kCanary = 1234.567890123;
  World world;
  world.options.private_attributes = {{"canary_name", kCanary}, {"samples", 10}};
  world.offers = {World::Offer(1, {{"canary_name", 5000}}), World::Offer(3, {{"canary_name", 1000}})};
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

TEST(Client, GivesTheTaskBackIfThePlanIsNotTheOneThatWasSigned) {
  World world;
  world.on_plan = [](const HttpCall&) { return HttpReply{200, File("tampered"), {}}; };
  bool trained = false;
  const auto summary = Client(world.options).RunOnce([&](const HeldTask& task, const std::string& plan) {
    trained = true;
    return Echo(task, plan);
  });
  EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
  EXPECT_NE(summary->reason.find("SHA-256"), std::string::npos);
  EXPECT_FALSE(trained);
  EXPECT_EQ(world.manager.pings().at(0).reports(0).outcome(), v1::TASK_OUTCOME_FAILED);
}

TEST(Client, GivesTheTaskBackIfTrainingFailsThrowsOrGivesNoTensors) {
  const std::vector<TrainHook> hooks{
      [](const HeldTask&, const std::string&) -> Result<Update> {
        return tl::unexpected<Error>({"internal", "out of battery"});
      },
      [](const HeldTask&, const std::string&) -> Result<Update> { throw std::runtime_error("out of battery"); },
      [](const HeldTask&, const std::string&) -> Result<Update> { throw 7; },
      [](const HeldTask&, const std::string&) -> Result<Update> { return Update{"no tensors", 1}; },
      [](const HeldTask&, const std::string& plan) -> Result<Update> { return Update{plan, -1}; }};
  for (const TrainHook& hook : hooks) {
    World world;
    const auto summary = Client(world.options).RunOnce(hook);
    EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
    EXPECT_FALSE(summary->reason.empty());
    EXPECT_EQ(world.leaf.methods(), "GET");
    EXPECT_EQ(world.manager.pings().at(0).reports(0).outcome(), v1::TASK_OUTCOME_FAILED);
  }
}

TEST(Client, GivesAnAssignmentBackThatItCannotRead) {
  World world;
  world.holding = world.Assignment(3);
  world.holding->set_plan_digest("short");
  const auto summary = Client(world.options).RunOnce(Echo);
  EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
  EXPECT_EQ(world.manager.pings().at(0).reports(0).ticket(), "ticket-of-3");
}

TEST(Client, TellsLateAndRejectedApart) {
  World world;
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

TEST(Client, LetsTrainingKnowThatTheLeaseIsLost) {
  World world;
  const auto accept = world.manager.on_accept;
  world.manager.on_accept = [&](const v1::AcceptRequest& request, v1::AcceptResponse& answer) {
    const grpc::Status status = accept(request, answer);
    answer.mutable_assignment()->set_lease_ms(60);
    world.holding.reset();  // given to somebody else at once
    return status;
  };
  const auto summary = Client(world.options).RunOnce([](const HeldTask& task, const std::string&) -> Result<Update> {
    while (!task.cancelled()) SleepFor(std::chrono::milliseconds(5));
    return tl::unexpected<Error>({"aborted", "stopped early"});
  });
  EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
  EXPECT_EQ(world.leaf.methods(), "GET");
}

TEST(Client, SurvivesARestartOfTheWholeServerWhileItTrains) {
  World world;
  world.options.call_timeout = std::chrono::seconds(2);
  const auto summary = Client(world.options).RunOnce([&](const HeldTask& task, const std::string& plan) {
    world.control.Close();
    world.leaf.Close();
    std::thread([&] {
      SleepFor(std::chrono::milliseconds(300));
      world.leaf.Open();
      world.control.Open();
    }).join();
    return Echo(task, plan);
  });
  EXPECT_EQ(summary.value().end, TaskEnd::kCommitted);
}

TEST(Client, GivesTheTaskBackWhenItIsStoppedWhileTraining) {
  World world;
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
  World world;
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

TEST(Client, KeepsTryingWhenTheServerIsAwayUntilItIsStopped) {
  World world;
  world.control.Close();
  world.options.call_timeout = std::chrono::milliseconds(50);
  Client client(world.options);
  std::thread later([&] {
    SleepFor(std::chrono::milliseconds(400));
    world.control.Open();
  });
  client.Run(Echo, [&](const TaskSummary& summary) {
    EXPECT_EQ(summary.end, TaskEnd::kCommitted);
    client.Stop();
  });
  later.join();
}

TEST(Client, DrawsAnIdOnceIfItHasNone) {
  World world;
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
