#include <gtest/gtest.h>

#include "fetch/fetch.h"

namespace propius {
namespace {

TEST(Problem, IsReadFromItsDocument) {
  const Error error = ProblemOf({409, {}, R"({"type":"about:blank","title":"aborted","status":409,"detail":"late"})"});
  EXPECT_EQ(error.code, Code::kAborted);
  EXPECT_EQ(error.message, "late");
}

TEST(Problem, FallsBackOnTheStatus) {
  const std::pair<int, Code> expected[] = {
      {400, Code::kInvalidArgument},    {401, Code::kUnauthenticated}, {403, Code::kPermissionDenied},
      {404, Code::kNotFound},           {405, Code::kInvalidArgument}, {408, Code::kUnavailable},
      {409, Code::kFailedPrecondition}, {410, Code::kOutOfRange},      {413, Code::kResourceExhausted},
      {429, Code::kResourceExhausted},  {500, Code::kInternal},        {502, Code::kUnavailable},
      {503, Code::kUnavailable},        {504, Code::kDeadlineExceeded}};
  for (const auto& [status, code] : expected) EXPECT_EQ(ProblemOf({status, {}, ""}).code, code) << status;
}

TEST(Problem, ShowsTheBeginningOfAnAnswerThatIsNoDocument) {
  for (const std::string body : {"<html>Bad Gateway</html>", "[1]", R"({"title": 7, "detail": 8})", "\xff\xfe"}) {
    const Error error = ProblemOf({502, {}, body});
    EXPECT_EQ(error.code, Code::kUnavailable);
    EXPECT_EQ(error.message, "expected a problem document with a detail, got status 502 and \"" + body + "\"");
  }
  EXPECT_LT(ProblemOf({500, {}, std::string(100'000, 'x')}).message.size(), 400U);
}

TEST(Problem, BelievesTheStatusWhenTheTitleIsNoCodeOfOurs) {
  const Error error = ProblemOf({404, {}, R"({"title":"Not Found","detail":"no such page"})"});
  EXPECT_EQ(error.code, Code::kNotFound);
  EXPECT_EQ(error.message, "no such page");
}

}  // namespace
}  // namespace propius
