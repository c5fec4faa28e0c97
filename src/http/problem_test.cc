#include "http/problem.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(ProblemDocument, SaysWhatTheProtocolPromises) {
  const HttpAnswer answer = Problem({Code::kInvalidArgument, "wait: expected at most 60s"});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.at("Content-Type"), "application/problem+json");
  EXPECT_EQ(*answer.body, R"({"type":"about:blank","title":"invalid_argument","status":400,)"
                          R"("detail":"wait: expected at most 60s"})");
}

TEST(ProblemDocument, HasTheStatusOfItsCode) {
  const std::pair<Code, int> expected[] = {
      {Code::kInvalidArgument, 400}, {Code::kUnauthenticated, 401},  {Code::kPermissionDenied, 403},
      {Code::kNotFound, 404},        {Code::kAlreadyExists, 409},    {Code::kFailedPrecondition, 409},
      {Code::kAborted, 409},         {Code::kOutOfRange, 410},       {Code::kResourceExhausted, 429},
      {Code::kUnavailable, 503},     {Code::kDeadlineExceeded, 504}, {Code::kDataLoss, 500},
      {Code::kInternal, 500}};
  for (const auto& [code, status] : expected) EXPECT_EQ(Problem({code, "x"}).status, status) << CodeName(code);
}

TEST(ProblemDocument, AsksToComeBackOnlyWhenUnavailable) {
  EXPECT_EQ(Problem({Code::kUnavailable, "x"}).headers.at("Retry-After"), "1");
  EXPECT_FALSE(Problem({Code::kResourceExhausted, "x"}).headers.contains("Retry-After"));
}

TEST(ProblemDocument, TakesMessagesThatAreNoUtf8) {
  EXPECT_NE(Problem({Code::kNotFound, "\xff"}).body->find("\xef\xbf\xbd"), std::string::npos);
}

TEST(ProblemDocument, IsNothingForACache) {
  EXPECT_EQ(Problem({Code::kOutOfRange, "x"}).headers.at("Cache-Control"), "no-store");
}

TEST(ProblemDocument, KeepsAStatusThatSaysMore) {
  const HttpAnswer answer = Problem(413, {Code::kResourceExhausted, "too large"});
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body->find("\"status\":413"), std::string::npos);
}

}  // namespace
}  // namespace propius
