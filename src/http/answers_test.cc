#include "http/answers.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Answers, SayTheDigestOfAPublishedPlan) {
  const HttpAnswer answer = AnswerOf(Result<PlanReceipt>(PlanReceipt{std::string(32, '\xab')}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      *answer.body, "{\"digest\":\"" + [] {
        std::string hex;
        for (int i = 0; i < 32; ++i) hex += "ab";
        return hex;
      }() + "\"}");
}

TEST(Answers, LetCachesKeepAPlan) {
  const Blob plan = std::make_shared<const std::string>("plan");
  const HttpAnswer answer = AnswerOf(std::string(32, '\0'), plan, 90s);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, plan);
  EXPECT_EQ(answer.headers.at("ETag"), "\"" + std::string(64, '0') + "\"");
  EXPECT_EQ(answer.headers.at("Cache-Control"), "public, max-age=90, immutable");
  EXPECT_EQ(answer.headers.at("Accept-Ranges"), "bytes");
}

TEST(Answers, SayWhenToAskAgainForAPlan) {
  const HttpAnswer answer = AnswerOf(Digest(), Fail(Code::kNotFound, "not published"), 90s);
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.at("Retry-After"), "1");
  EXPECT_EQ(answer.headers.at("Cache-Control"), "no-store") << "or a proxy goes on saying it when the plan is there";
  EXPECT_FALSE(AnswerOf(Digest(), Fail(Code::kDataLoss, "torn"), 90s).headers.contains("Retry-After"));
}

TEST(Answers, TellTheStateOfAnUpdateByStatusToo) {
  const auto status_of = [](UploadState state) {
    return AnswerOf(Result<UploadAnswer>(UploadAnswer{state, "why"})).status;
  };
  EXPECT_EQ(status_of(UploadState::kAccepted), 202);
  EXPECT_EQ(status_of(UploadState::kCommitted), 200);
  EXPECT_EQ(status_of(UploadState::kLate), 410);
  EXPECT_EQ(status_of(UploadState::kRejected), 422);
  EXPECT_EQ(*AnswerOf(Result<UploadAnswer>(UploadAnswer{UploadState::kRejected, "shape"})).body,
            R"({"state":"rejected","reason":"shape"})");
  EXPECT_EQ(AnswerOf(Result<UploadAnswer>(Fail(Code::kUnavailable, "not claimed"))).status, 503);
}

TEST(Answers, TellProgressUntilThereIsAResult) {
  Aggregate aggregate;
  aggregate.target = 8;
  aggregate.counted = 3;
  HttpAnswer answer = AnswerOf(Result<Aggregate>(aggregate));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(*answer.body, R"({"outcome":"open","target":8,"counted":3})");

  aggregate.outcome = RoundOutcome::kCompleted;
  aggregate.tensors = std::make_shared<const std::string>("tensors");
  answer = AnswerOf(Result<Aggregate>(aggregate));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, aggregate.tensors);
  EXPECT_EQ(AnswerOf(Result<Aggregate>(Fail(Code::kOutOfRange, "gone"))).status, 410);
}

}  // namespace
}  // namespace propius
