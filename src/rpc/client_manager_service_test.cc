#include <limits>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "rpc/live_site.h"

namespace propius {
namespace {

using grpc::StatusCode;

constexpr int kInvalidArgument = 3;
constexpr int kNotFound = 5;

v1::CheckInRequest CheckInOf(std::uint64_t device) {
  v1::CheckInRequest request;
  request.set_device_id(device);
  v1::Attribute& attribute = *request.add_public_attributes();
  attribute.set_name("cpu_f");
  attribute.set_value(8);
  return request;
}

v1::AcceptRequest AcceptOf(std::uint64_t device, const v1::RoundKey& round, const std::string& nonce = "n") {
  v1::AcceptRequest request;
  request.set_device_id(device);
  *request.mutable_round() = round;
  request.set_nonce(nonce);
  return request;
}

v1::Greeting CheckIn(LiveSite& site, const v1::CheckInRequest& request) {
  v1::CheckInResponse response;
  Patient context;
  const grpc::Status status = site.devices->CheckIn(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.greeting();
}

TEST(ClientManagerService, TakesADeviceFromCheckInToReport) {
  LiveSite site;
  const v1::RoundKey round = OpenRound(site);
  v1::Greeting greeting = CheckIn(site, CheckInOf(7));
  ASSERT_EQ(greeting.offers_size(), 1);
  EXPECT_EQ(greeting.offers(0).round().SerializeAsString(), round.SerializeAsString());
  EXPECT_GT(greeting.retry_after_ms(), 0U);
  EXPECT_FALSE(greeting.has_holding());

  v1::AcceptResponse bound;
  Patient first;
  ASSERT_TRUE(site.devices->Accept(&first, AcceptOf(7, round), &bound).ok());
  EXPECT_EQ(bound.assignment().leaf(), "http://leaf-0");
  EXPECT_EQ(bound.assignment().plan_digest(), std::string(32, 'p'));
  EXPECT_EQ(bound.assignment().lease_ms(), 30'000U);
  const Result<Ticket> ticket = site.sealer.OpenTicket(bound.assignment().ticket());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->device, DeviceId{7});
  EXPECT_EQ(bound.assignment().expires_unix_ms(), ToMicros(ticket->expires) / 1'000);

  v1::PingRequest ping;
  ping.set_device_id(7);
  v1::PingResponse pong;
  Patient second;
  ASSERT_TRUE(site.devices->Ping(&second, ping, &pong).ok());
  EXPECT_EQ(pong.greeting().holding().ticket(), bound.assignment().ticket());

  v1::AcceptResponse full;
  Patient third;
  CheckIn(site, CheckInOf(8));
  EXPECT_EQ(site.devices->Accept(&third, AcceptOf(8, round), &full).error_code(), StatusCode::RESOURCE_EXHAUSTED);

  v1::CheckInRequest report = CheckInOf(7);
  report.add_reports()->set_ticket(bound.assignment().ticket());
  report.mutable_reports(0)->set_outcome(v1::TASK_OUTCOME_COMMITTED);
  EXPECT_FALSE(CheckIn(site, report).has_holding());
}

TEST(ClientManagerService, SendsTheConstraintsThatDevicesDecideThemselves) {
  LiveSite site;
  v1::RegisterJobRequest job = SmallJob("k");
  v1::Attribute& bound = *job.mutable_spec()->add_private_constraint();
  bound.set_name("samples");
  bound.set_value(100);
  v1::RegisterJobResponse registered;
  Patient first;
  ASSERT_TRUE(site.jobs->RegisterJob(&first, job, &registered).ok());
  v1::RequestRoundResponse opened;
  Patient second;
  ASSERT_TRUE(site.jobs->RequestRound(&second, RoundOf(registered.job_id(), "r"), &opened).ok());
  const v1::Greeting greeting = CheckIn(site, CheckInOf(7));
  ASSERT_EQ(greeting.offers_size(), 1);
  ASSERT_EQ(greeting.offers(0).private_constraint_size(), 1);
  EXPECT_EQ(greeting.offers(0).private_constraint(0).name(), "samples");
  EXPECT_EQ(greeting.offers(0).private_constraint(0).value(), 100);
}

TEST(ClientManagerService, NamesTheFieldThatIsWrong) {
  LiveSite site;
  const auto refusal = [&](const v1::CheckInRequest& request) {
    v1::CheckInResponse response;
    Patient context;
    const grpc::Status status = site.devices->CheckIn(&context, request, &response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    return status.error_message();
  };
  EXPECT_EQ(refusal(CheckInOf(0)), "device_id: expected a number other than 0");
  v1::CheckInRequest request = CheckInOf(7);
  request.mutable_public_attributes(0)->set_value(std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(refusal(request).starts_with("public_attributes.cpu_f: expected a finite number"));
  request = CheckInOf(7);
  request.add_reports()->set_ticket("t");
  EXPECT_EQ(refusal(request), "reports.outcome: expected committed, late, rejected or failed, got number 0");

  v1::PingResponse pong;
  Patient first;
  EXPECT_EQ(site.devices->Ping(&first, {}, &pong).error_code(), StatusCode::INVALID_ARGUMENT);
  v1::PingRequest stranger;
  stranger.set_device_id(99);
  Patient second;
  EXPECT_EQ(site.devices->Ping(&second, stranger, &pong).error_code(), StatusCode::NOT_FOUND);
  v1::AcceptResponse bound;
  Patient third;
  EXPECT_EQ(site.devices->Accept(&third, AcceptOf(7, {}), &bound).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST(ClientManagerSession, SpeaksForManyDevicesOnOneStream) {
  LiveSite site;
  const v1::RoundKey round = OpenRound(site, 3);
  Patient context;
  const auto stream = site.devices->Session(&context);
  const auto ask = [&](const v1::SessionRequest& request) {
    EXPECT_TRUE(stream->Write(request));
    v1::SessionResponse response;
    EXPECT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.sequence(), request.sequence());
    return response;
  };
  v1::SessionRequest request;
  request.set_sequence(40);
  *request.mutable_check_in() = CheckInOf(7);
  EXPECT_EQ(ask(request).check_in().greeting().offers_size(), 1);
  request.set_sequence(41);
  *request.mutable_accept() = AcceptOf(7, round);
  EXPECT_EQ(ask(request).accept().assignment().round().round(), 1U);
  request.set_sequence(42);
  request.mutable_ping()->set_device_id(7);
  EXPECT_TRUE(ask(request).ping().greeting().has_holding());
  request.set_sequence(43);
  request.mutable_ping()->set_device_id(99);
  EXPECT_EQ(ask(request).error().code(), kNotFound);
  request.set_sequence(44);
  *request.mutable_check_in() = CheckInOf(0);
  EXPECT_EQ(ask(request).error().code(), kInvalidArgument);
  request.Clear();
  request.set_sequence(45);
  const v1::SessionResponse none = ask(request);
  EXPECT_EQ(none.error().code(), kInvalidArgument);
  EXPECT_EQ(none.error().message(), "call: expected check_in, ping or accept, got none");

  stream->WritesDone();
  v1::SessionResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(ClientManagerSession, AnswersEveryRequestOfAGatewayThatSendsAheadOfItsReading) {
  LiveSite site;
  Patient context;
  const auto stream = site.devices->Session(&context);
  constexpr std::uint64_t kRequests = 5'000;
  std::thread sender([&] {
    for (std::uint64_t i = 1; i <= kRequests; ++i) {
      v1::SessionRequest request;
      request.set_sequence(i);
      *request.mutable_check_in() = CheckInOf(i);
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
  });
  std::set<std::uint64_t> answered;
  v1::SessionResponse response;
  while (stream->Read(&response)) {
    EXPECT_TRUE(response.has_check_in()) << response.error().message();
    answered.insert(response.sequence());
  }
  sender.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(answered.size(), kRequests);
}

TEST(ClientManagerSession, OutlivesGatewaysThatGoAway) {
  LiveSite site;
  for (int i = 0; i < 20; ++i) {
    Patient context;
    const auto stream = site.devices->Session(&context);
    v1::SessionRequest request;
    *request.mutable_check_in() = CheckInOf(7);
    for (int n = 0; n < i; ++n) EXPECT_TRUE(stream->Write(request));
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
  }
  EXPECT_GT(CheckIn(site, CheckInOf(8)).retry_after_ms(), 0U);
}

TEST(ClientManagerSession, EndsWhenTheServerDrains) {
  LiveSite site;
  Patient context;
  const auto stream = site.devices->Session(&context);
  v1::SessionRequest request;
  *request.mutable_check_in() = CheckInOf(7);
  v1::SessionResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  site.server->Drain(20s);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace propius
