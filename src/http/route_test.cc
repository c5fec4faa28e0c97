#include "http/route.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

const std::string kHex = std::string(62, 'a') + "09";

TEST(Route, FindsEveryPlaceOfTheProtocol) {
  const RoundKey key{{18'446'744'073'709'551'615U}, {4'294'967'295}};
  const std::string round = "/v1/jobs/18446744073709551615/rounds/4294967295/";
  const std::pair<std::string, Place> places[] = {{round + "plan", Place::kRoundPlan},
                                                  {round + "updates", Place::kUpdates},
                                                  {round + "aggregate", Place::kAggregate},
                                                  {round + "close", Place::kClose}};
  for (const auto& [path, place] : places) {
    const Result<Route> route = ParseRoute(path);
    ASSERT_TRUE(route) << path << ": " << route.error().message;
    EXPECT_EQ(route->place, place);
    EXPECT_EQ(route->round, key);
  }
  const Result<Route> plan = ParseRoute("/v1/plans/" + kHex);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->place, Place::kPlan);
  EXPECT_EQ(plan->digest, std::string(31, '\xaa') + "\x09");
  EXPECT_EQ(ParseRoute("/v1/tree/claims")->place, Place::kClaims);
  EXPECT_EQ(ParseRoute("/v1/tree/segments")->place, Place::kSegments);
}

TEST(Route, FindsNothingElse) {
  for (const std::string path :
       {"", "/", "/v1", "/v1/", "/v2/plans/x", "/v1/plans", "/v1/plans/a/b", "/v1/tree", "/v1/tree/claims/",
        "/v1/jobs/1/rounds/2", "/v1/jobs/1/rounds/2/", "/v1/jobs/1/rounds/2/model", "/v1/jobs/1/rounds/2/plan/",
        "/v1/jobs/1/round/2/plan", "//v1/tree/claims", "v1/tree/claims", "/V1/tree/claims"}) {
    const Result<Route> route = ParseRoute(path);
    ASSERT_FALSE(route) << path;
    EXPECT_EQ(route.error().code, Code::kNotFound) << path;
  }
}

TEST(Route, ReadsNumbersStrictly) {
  for (const std::string job : {"0", "-1", "+1", "01", "1x", "x", "", " 1", "1.0", "18446744073709551616"}) {
    const Result<Route> route = ParseRoute("/v1/jobs/" + job + "/rounds/1/plan");
    ASSERT_FALSE(route) << job;
    EXPECT_EQ(route.error().code, Code::kInvalidArgument) << job;
  }
  EXPECT_EQ(ParseRoute("/v1/jobs/1/rounds/4294967296/plan").error().code, Code::kInvalidArgument);
}

TEST(Route, ReadsDigestsStrictly) {
  for (const std::string& digest :
       {kHex.substr(1), kHex + "aa", std::string(64, 'A'), std::string(64, 'g'), std::string()}) {
    const Result<Route> route = ParseRoute("/v1/plans/" + digest);
    ASSERT_FALSE(route) << digest;
    EXPECT_EQ(route.error().code, Code::kInvalidArgument) << digest;
  }
}

TEST(Route, KnowsTheMethodsOfEachPlace) {
  EXPECT_TRUE(Allows(Place::kRoundPlan, "PUT"));
  EXPECT_FALSE(Allows(Place::kRoundPlan, "GET"));
  EXPECT_TRUE(Allows(Place::kPlan, "GET"));
  EXPECT_TRUE(Allows(Place::kAggregate, "HEAD"));
  EXPECT_FALSE(Allows(Place::kAggregate, "POST"));
  EXPECT_TRUE(Allows(Place::kUpdates, "POST"));
  EXPECT_TRUE(Allows(Place::kUpdates, "GET"));
  EXPECT_FALSE(Allows(Place::kUpdates, "PUT"));
  for (const Place place : {Place::kClose, Place::kClaims, Place::kSegments}) {
    EXPECT_EQ(MethodsOf(place), "POST");
    EXPECT_FALSE(Allows(place, "GET"));
    EXPECT_FALSE(Allows(place, ""));
  }
}

}  // namespace
}  // namespace propius
