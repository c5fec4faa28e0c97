#include "wire/status.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(GrpcStatus, GivesEveryCodeBackThatItSent) {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const Code code = static_cast<Code>(i);
    EXPECT_EQ(FromGrpcCode(ToGrpcCode(code)), code) << CodeName(code);
  }
}

TEST(GrpcStatus, UsesTheNumbersOfGoogleRpcCode) {
  EXPECT_EQ(ToGrpcCode(Code::kInvalidArgument), 3);
  EXPECT_EQ(ToGrpcCode(Code::kResourceExhausted), 8);
  EXPECT_EQ(ToGrpcCode(Code::kUnauthenticated), 16);
}

TEST(GrpcStatus, ReadsCodesThatWeDoNotUseAsInternal) {
  EXPECT_EQ(FromGrpcCode(1), Code::kInternal);   // CANCELLED
  EXPECT_EQ(FromGrpcCode(12), Code::kInternal);  // UNIMPLEMENTED
  EXPECT_EQ(FromGrpcCode(99), Code::kInternal);
}

}  // namespace
}  // namespace propius
