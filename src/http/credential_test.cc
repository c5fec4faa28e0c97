#include "http/credential.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

HttpRequest With(const std::string& authorization) {
  HttpRequest request;
  request.headers["authorization"] = authorization;
  return request;
}

TEST(Credential, IsTheTextAfterTheScheme) {
  EXPECT_EQ(CredentialOf(With("Propius-Ticket abc"), "Propius-Ticket"), "abc");
  EXPECT_EQ(CredentialOf(With("propius-ticket   abc"), "Propius-Ticket"), "abc");
}

TEST(Credential, IsRefusedUnderAnotherScheme) {
  for (const std::string text : {"", "abc", "Propius-Ticket", "Propius-Ticket ", "Propius-Ticketabc", "Bearer abc",
                                 "Propius-Round abc", " Propius-Ticket abc"}) {
    const Result<std::string> credential = CredentialOf(With(text), "Propius-Ticket");
    ASSERT_FALSE(credential) << text;
    EXPECT_EQ(credential.error().code, Code::kUnauthenticated);
    EXPECT_EQ(credential.error().message.find("abc"), std::string::npos) << "a secret in a message";
  }
  EXPECT_FALSE(CredentialOf(HttpRequest(), "Propius-Ticket"));
}

TEST(Wait, IsReadFromTheQuery) {
  HttpRequest request;
  EXPECT_EQ(WaitOf(request), Duration(0));
  request.query["wait"] = "10s";
  EXPECT_EQ(WaitOf(request), Duration(10s));
  request.query["wait"] = "1m";
  EXPECT_EQ(WaitOf(request), Duration(60s));
  request.query["wait"] = "0s";
  EXPECT_EQ(WaitOf(request), Duration(0));
}

TEST(Wait, IsAtMostAMinute) {
  HttpRequest request;
  for (const std::string text : {"61s", "2m", "60001ms", "", "10", "-1s", "soon", "1e30s"}) {
    request.query["wait"] = text;
    const Result<Duration> wait = WaitOf(request);
    ASSERT_FALSE(wait) << text;
    EXPECT_EQ(wait.error().code, Code::kInvalidArgument);
    EXPECT_TRUE(wait.error().message.starts_with("wait: expected ")) << wait.error().message;
  }
}

}  // namespace
}  // namespace propius
