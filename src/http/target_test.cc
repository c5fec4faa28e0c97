#include "http/target.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

using Query = std::map<std::string, std::string>;

TEST(Target, SplitsAndDecodesPathAndQuery) {
  const Result<Target> target = ParseTarget("/v1/a%20b%2Fc?wait=10s&x=%26%3d&flag&empty=&a=b=c");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->path, "/v1/a b/c");
  EXPECT_EQ(target->query, (Query{{"wait", "10s"}, {"x", "&="}, {"flag", ""}, {"empty", ""}, {"a", "b=c"}}));
}

TEST(Target, TakesEmptyQueriesAndPairs) {
  for (const std::string text : {"/p", "/p?", "/p?&", "/p?&&"}) {
    const Result<Target> target = ParseTarget(text);
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(target->path, "/p");
    EXPECT_TRUE(target->query.empty());
  }
}

TEST(Target, ReadsTheFormThatProxiesGet) {
  const Result<Target> target = ParseTarget("http://root:80/v1/plans?wait=1s");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/v1/plans");
  EXPECT_EQ(target->query, (Query{{"wait", "1s"}}));
}

TEST(Target, RefusesBadPercentSigns) {
  for (const std::string text : {"/%", "/%1", "/%zz", "/%-1", "/%+1", "/a?x=%", "/a?%g0=1", "/a?x=%0"}) {
    const Result<Target> target = ParseTarget(text);
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().code, Code::kInvalidArgument);
  }
}

TEST(Target, RefusesWhatHasNoPath) {
  for (const std::string text : {"", "*", "host:80", "http://host", "https://host?x=1", "?x", "ftp://host/x"}) {
    EXPECT_FALSE(ParseTarget(text)) << text;
  }
}

TEST(Target, RefusesAKeyGivenTwice) {
  const Result<Target> target = ParseTarget("/a?wait=1s&w%61it=2s");
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().message, "request target: expected each query key once, got \"wait\"");
}

}  // namespace
}  // namespace propius
