#include "sdk/upload.h"

#include <limits>

#include <gtest/gtest.h>

#include "sdk/testing/fake_http.h"
#include "sdk/testing/samples.h"

namespace propius {
namespace {

using testing::FakeHttp;
using testing::File;
using testing::HttpCall;
using testing::HttpReply;
using Reply = std::optional<HttpReply>;

const Reply kCommitted = HttpReply{200, R"({"state": "committed", "reason": ""})", {}};
const Reply kAccepted = HttpReply{202, R"({"state": "accepted", "reason": ""})", {}};
const Reply kLate = HttpReply{410, R"({"state": "late", "reason": "round is closed"})", {}};
const Reply kRejected = HttpReply{422, R"({"state": "rejected", "reason": "shape"})", {}};
const Reply kGone = HttpReply{404, R"({"title": "not_found", "detail": "no such update"})", {}};
const Reply kBusy = HttpReply{503, R"({"title": "unavailable", "detail": "group not claimed"})", {}};
const Reply kDropped = std::nullopt;

// A leaf that answers in this order, and then as the last.
testing::HttpScript InOrder(std::vector<Reply> replies) {
  return [replies, next = std::size_t{0}](const HttpCall&) mutable {
    return replies[std::min(next++, replies.size() - 1)];
  };
}

struct Sender {
  Fetcher fetcher;
  HeldAssignment held;
  std::shared_ptr<TaskLife> life;
  UploadLimits limits{5s, 1min};

  explicit Sender(const std::string& leaf) : held(testing::HeldAt(leaf)), life(testing::LifeOf(held)) {}

  UploadEnd Send() {
    return Upload(fetcher, held, *life, std::make_shared<const std::string>("update"), limits, Rng(1));
  }
};

UploadEnd SendTo(const FakeHttp& leaf) { return Sender(leaf.url()).Send(); }

TEST(Upload, SendsTheUpdateWithItsTicketToThePlaceOfItsRound) {
  FakeHttp leaf(InOrder({kCommitted}));
  EXPECT_EQ(SendTo(leaf).verdict, UploadVerdict::kCommitted);
  const HttpCall call = leaf.calls().at(0);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.target, "/v1/jobs/3/rounds/7/updates?wait=10s");
  EXPECT_EQ(call.headers.at("authorization"), "Propius-Ticket the-ticket");
  EXPECT_EQ(call.body, "update");
}

TEST(Upload, AsksForTheFateOfAnAcceptedUpdateWithoutSendingItAgain) {
  FakeHttp leaf(InOrder({kAccepted, kAccepted, kCommitted}));
  EXPECT_EQ(SendTo(leaf).verdict, UploadVerdict::kCommitted);
  EXPECT_EQ(leaf.methods(), "POST GET GET");
  EXPECT_TRUE(leaf.calls().at(1).body.empty());
  EXPECT_EQ(leaf.calls().at(1).target, "/v1/jobs/3/rounds/7/updates?wait=10s");
}

TEST(Upload, SendsAgainToALeafThatWasRestartedAndForgot) {
  FakeHttp leaf(InOrder({kAccepted, kGone, kAccepted, kCommitted}));
  EXPECT_EQ(SendTo(leaf).verdict, UploadVerdict::kCommitted);
  EXPECT_EQ(leaf.methods(), "POST GET POST GET");
  EXPECT_EQ(leaf.calls().at(2).body, "update");
}

TEST(Upload, SendsAgainWhenTheConnectionBreaksAfterAccepted) {
  FakeHttp leaf(InOrder({kAccepted, kDropped, kCommitted}));
  EXPECT_EQ(SendTo(leaf).verdict, UploadVerdict::kCommitted);
  EXPECT_EQ(leaf.methods(), "POST GET POST");
}

TEST(Upload, SendsAgainWhenTheAnswerIsLost) {
  FakeHttp leaf(InOrder({kDropped, kDropped, kCommitted}));
  EXPECT_EQ(SendTo(leaf).verdict, UploadVerdict::kCommitted);
  EXPECT_EQ(leaf.methods(), "POST POST POST");
}

TEST(Upload, SendsAgainToALeafThatIsBusyOrFails) {
  for (const int status : {429, 500, 502, 503, 504, 409}) {
    FakeHttp leaf(InOrder({HttpReply{status, "", {}}, kCommitted}));
    EXPECT_EQ(SendTo(leaf).verdict, UploadVerdict::kCommitted) << status;
    EXPECT_EQ(leaf.methods(), "POST POST") << status;
  }
}

TEST(Upload, EndsOnLateAndRejectedWithTheReason) {
  FakeHttp late(InOrder({kAccepted, kLate}));
  UploadEnd end = SendTo(late);
  EXPECT_EQ(end.verdict, UploadVerdict::kLate);
  EXPECT_EQ(end.reason, "round is closed");
  FakeHttp rejecting(InOrder({kRejected}));
  end = SendTo(rejecting);
  EXPECT_EQ(end.verdict, UploadVerdict::kRejected);
  EXPECT_EQ(end.reason, "shape");
  EXPECT_EQ(rejecting.calls().size(), 1U);
}

TEST(Upload, TakesARoundThatIsNoLongerKeptForLate) {
  FakeHttp leaf(InOrder({HttpReply{410, R"({"title": "out_of_range", "detail": "not kept"})", {}}}));
  const UploadEnd end = SendTo(leaf);
  EXPECT_EQ(end.verdict, UploadVerdict::kLate);
  EXPECT_EQ(end.reason, "not kept");
}

TEST(Upload, DoesNotForgetAnUpdateBecauseSomethingInBetweenSaidOk) {
  FakeHttp leaf(InOrder({HttpReply{200, "<html>welcome</html>", {}}, HttpReply{200, R"({"state": "accepted"})", {}},
                         HttpReply{422, R"([1])", {}}, kCommitted}));
  const UploadEnd end = SendTo(leaf);
  EXPECT_EQ(end.verdict, UploadVerdict::kGivenUp);  // 422 without a state is a refusal of something else
  EXPECT_EQ(leaf.methods(), "POST POST POST");
}

TEST(Upload, GivesUpOnARefusalThatARepetitionCannotChange) {
  for (const int status : {400, 401, 403, 413}) {
    FakeHttp leaf(InOrder({HttpReply{status, R"({"detail": "no such ticket"})", {}}}));
    const UploadEnd end = SendTo(leaf);
    EXPECT_EQ(end.verdict, UploadVerdict::kGivenUp) << status;
    EXPECT_NE(end.reason.find("no such ticket"), std::string::npos);
    EXPECT_EQ(leaf.calls().size(), 1U);
  }
}

TEST(Upload, GivesUpAtOnceOnALeafThatIsNoAddress) {
  Sender sender("leaf-0");
  EXPECT_EQ(sender.Send().verdict, UploadVerdict::kGivenUp);
}

TEST(Upload, GivesUpWhenTheLeafIsSilentForLongerThanItsPatience) {
  FakeHttp leaf(InOrder({kDropped}));
  Sender sender(leaf.url());
  sender.limits.patience = 120ms;
  const UploadEnd end = sender.Send();
  EXPECT_EQ(end.verdict, UploadVerdict::kGivenUp);
  EXPECT_NE(end.reason.find("silent"), std::string::npos);
  EXPECT_GE(leaf.calls().size(), 2U);
}

TEST(Upload, LosesNoPatienceWithALeafThatSaysItIsBusy) {
  FakeHttp leaf(InOrder({kBusy, kBusy, kBusy, kCommitted}));
  Sender sender(leaf.url());
  sender.limits.patience = 1ms;
  EXPECT_EQ(sender.Send().verdict, UploadVerdict::kCommitted);
}

TEST(Upload, SendsOnceEvenIfTheRoundSeemsOver) {
  FakeHttp leaf(InOrder({kBusy}));
  Sender sender(leaf.url());
  sender.held.expires = RealNow() - 1h;
  const UploadEnd end = sender.Send();
  EXPECT_EQ(end.verdict, UploadVerdict::kGivenUp);
  EXPECT_NE(end.reason.find("time is over"), std::string::npos);
  EXPECT_EQ(leaf.calls().size(), 1U);
}

TEST(Upload, ContinuesWithoutTheLeaseBecauseTheTicketStaysGood) {
  FakeHttp leaf(InOrder({kAccepted, kCommitted}));
  Sender sender(leaf.url());
  sender.life->lease_lost = true;
  EXPECT_EQ(sender.Send().verdict, UploadVerdict::kCommitted);
}

TEST(Upload, EndsWhenTheClientIsStopped) {
  std::shared_ptr<StopSignal> stop;
  FakeHttp leaf([&stop](const HttpCall& call) {
    if (call.method == "GET") stop->Raise();
    return kAccepted;
  });
  Sender sender(leaf.url());
  stop = sender.life->stop;
  const UploadEnd end = sender.Send();
  EXPECT_EQ(end.verdict, UploadVerdict::kGivenUp);
  EXPECT_EQ(leaf.methods(), "POST GET");
}

TEST(WithWeight, PutsTheWeightIntoTheMetadataAndKeepsTheRest) {
  const std::string update = WithWeight(File("abcdefgh", {{"weight", "9"}, {"loss", "0.5"}}), 12.5).value();
  const auto file = ParseSafetensors(update).value();
  EXPECT_EQ(file.metadata, (std::map<std::string, std::string>{{"weight", "12.5"}, {"loss", "0.5"}}));
  EXPECT_EQ(file.tensors.at(0).data, "abcdefgh");
}

TEST(WithWeight, WritesPlainDecimalsThatReadBackTheSame) {
  for (const double weight : {1.0, 0.1, 1e6, 1e-9, 123456.789, 5e-324}) {
    const std::string update = WithWeight(File(), weight).value();
    const std::string text = ParseSafetensors(update).value().metadata.at("weight");
    EXPECT_EQ(text.find_first_not_of("0123456789."), std::string::npos) << text;
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), weight);
  }
}

TEST(WithWeight, RefusesWhatNoServerWouldTake) {
  for (const double weight :
       {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(WithWeight(File(), weight).error().code, Code::kInvalidArgument);
  }
  EXPECT_FALSE(WithWeight("not tensors", 1).has_value());
  EXPECT_FALSE(WithWeight("", 1).has_value());
}

}  // namespace
}  // namespace propius
