#include "sdk/plan_download.h"

#include <gtest/gtest.h>

#include "sdk/testing/fake_http.h"
#include "sdk/testing/samples.h"

namespace propius {
namespace {

using testing::FakeHttp;
using testing::HttpCall;
using testing::HttpReply;
using Reply = std::optional<HttpReply>;

struct Seeker {
  HeldAssignment held;
  std::shared_ptr<TaskLife> life;
  Fetcher fetcher;

  explicit Seeker(const std::string& leaf) : held(testing::HeldAt(leaf)), life(testing::LifeOf(held)) {}
  Result<std::string> Seek() { return DownloadPlan(fetcher, held, *life, 5s, Rng(1)); }
};

TEST(DownloadPlan, AsksByTheDigestAndNeedsNoCredential) {
  FakeHttp leaf([](const HttpCall&) { return HttpReply{200, testing::File(), {}}; });
  EXPECT_EQ(Seeker(leaf.url()).Seek(), testing::File());
  EXPECT_EQ(leaf.calls().at(0).target, "/v1/plans/" + ToHex(Sha256(testing::File())));
  EXPECT_FALSE(leaf.calls().at(0).headers.contains("authorization"));
}

TEST(DownloadPlan, WaitsForAPlanThatIsNotPublishedYet) {
  int calls = 0;
  FakeHttp leaf([&calls](const HttpCall&) -> Reply {
    switch (++calls) {
      case 1:
        return HttpReply{404, "", {}};
      case 2:
        return std::nullopt;
      case 3:
        return HttpReply{503, "", {{"Retry-After", "0"}}};
      default:
        return HttpReply{200, testing::File(), {}};
    }
  });
  EXPECT_TRUE(Seeker(leaf.url()).Seek().has_value());
  EXPECT_EQ(calls, 4);
}

TEST(DownloadPlan, RefusesBytesOfAnotherDigest) {
  FakeHttp leaf([](const HttpCall&) { return HttpReply{200, testing::File() + "x", {}}; });
  EXPECT_EQ(Seeker(leaf.url()).Seek().error().code, Code::kDataLoss);
  EXPECT_EQ(leaf.calls().size(), 1U);
}

TEST(DownloadPlan, EndsOnARefusal) {
  FakeHttp leaf([](const HttpCall&) { return HttpReply{400, R"({"detail": "bad digest"})", {}}; });
  const auto plan = Seeker(leaf.url()).Seek();
  EXPECT_EQ(plan.error().code, Code::kInvalidArgument);
  EXPECT_NE(plan.error().message.find("bad digest"), std::string::npos);
  EXPECT_EQ(Seeker("no address").Seek().error().code, Code::kInvalidArgument);
}

TEST(DownloadPlan, EndsWithTheLifeOfTheTask) {
  std::shared_ptr<TaskLife> life;
  FakeHttp leaf([&life](const HttpCall&) {
    life->lease_lost = true;
    return HttpReply{404, R"({"detail": "not published"})", {}};
  });
  Seeker seeker(leaf.url());
  life = seeker.life;
  const auto plan = seeker.Seek();
  EXPECT_EQ(plan.error().code, Code::kAborted);
  EXPECT_NE(plan.error().message.find("not published"), std::string::npos);
  EXPECT_EQ(leaf.calls().size(), 1U);
}

}  // namespace
}  // namespace propius
