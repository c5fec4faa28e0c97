#include "base/result.h"

#include <set>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Result, CarriesAValueOrAnError) {
  const Result<int> good = 3;
  const Result<int> bad = Fail(Code::kNotFound, "job 3");
  EXPECT_EQ(good.value(), 3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error(), (Error{Code::kNotFound, "job 3"}));
  EXPECT_TRUE(Status());
}

TEST(Result, NamesEveryCodeDifferently) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) names.insert(CodeName(static_cast<Code>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Code::kInternal) + 1);
  EXPECT_EQ(CodeName(Code::kInvalidArgument), "invalid_argument");
  EXPECT_EQ(CodeName(Code::kDataLoss), "data_loss");
}

}  // namespace
}  // namespace propius
