#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/registry.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string Refusal(std::string_view text) {
  const auto choice = ParsePolicyChoice(text);
  if (choice) return "taken";
  EXPECT_EQ(choice.error().code, Code::kInvalidArgument);
  return choice.error().message;
}

TEST(PolicyChoice, IsANameAlone) {
  const auto choice = ParsePolicyChoice("fifo");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->name, "fifo");
  EXPECT_EQ(choice->options.tiers, 1U);
  EXPECT_EQ(choice->options.inner, "srsf");
}

TEST(PolicyChoice, ReadsEveryOption) {
  const auto choice =
      ParsePolicyChoice("partitioned:tiers=3:fairness=2.5:ageing=0:parts=8:inner=venn:share.hospital=3");
  ASSERT_TRUE(choice) << choice.error().message;
  EXPECT_EQ(choice->name, "partitioned");
  EXPECT_EQ(choice->options.tiers, 3U);
  EXPECT_EQ(choice->options.fairness, 2.5);
  EXPECT_EQ(choice->options.ageing, 0);
  EXPECT_EQ(choice->options.parts, 8U);
  EXPECT_EQ(choice->options.inner, "venn");
  EXPECT_THAT(choice->options.tenant_shares, ElementsAre(Pair("hospital", 3)));
}

TEST(PolicyChoice, RefusesAnUnknownOptionAndListsTheKnownOnes) {
  EXPECT_EQ(Refusal("venn:tier=3"),
            "policy venn: expected options ageing, fairness, inner, parts, tiers, or share.TENANT, got \"tier\"");
  EXPECT_THAT(Refusal("venn:share.=3"), HasSubstr("got \"share.\""));
}

TEST(PolicyChoice, RefusesWhatIsNoNumber) {
  EXPECT_EQ(Refusal("venn:tiers=two"), "policy venn.tiers: expected a whole number, got \"two\"");
  EXPECT_EQ(Refusal("venn:tiers="), "policy venn.tiers: expected a whole number, got \"\"");
  EXPECT_EQ(Refusal("venn:tiers=-1"), "policy venn.tiers: expected a whole number, got \"-1\"");
  EXPECT_EQ(Refusal("venn:tiers=3x"), "policy venn.tiers: expected a whole number, got \"3x\"");
  EXPECT_EQ(Refusal("partitioned:inner="), "policy partitioned.inner: expected the name of a policy, got \"\"");
  EXPECT_EQ(Refusal("fair_share:share.a=b"), "policy fair_share.share.a: expected a number, got \"b\"");
}

TEST(PolicyChoice, RefusesValuesOutsideOfTheirRange) {
  EXPECT_THAT(Refusal("venn:tiers=0"), HasSubstr("policy venn.tiers: expected 1 to 64"));
  EXPECT_THAT(Refusal("venn:tiers=65"), HasSubstr("1 to 64"));
  EXPECT_THAT(Refusal("venn:fairness=-0.1"), HasSubstr("fairness: expected 0 to 100"));
  EXPECT_THAT(Refusal("venn:fairness=nan"), HasSubstr("fairness: expected 0 to 100"));
  EXPECT_THAT(Refusal("fluid:ageing=inf"), HasSubstr("ageing: expected 0 to 100"));
  EXPECT_THAT(Refusal("partitioned:parts=0"), HasSubstr("parts: expected 1 to 4096"));
  EXPECT_THAT(Refusal("fair_share:share.a=0"), HasSubstr("share of a: expected more than 0"));
}

TEST(PolicyChoice, RefusesWhatIsNotOfItsForm) {
  EXPECT_THAT(Refusal(""), HasSubstr("expected NAME or NAME:OPTION=VALUE"));
  EXPECT_THAT(Refusal("Venn"), HasSubstr("got \"Venn\""));
  EXPECT_EQ(Refusal("venn:tiers"), "policy venn: expected OPTION=VALUE, got \"tiers\"");
  EXPECT_EQ(Refusal("venn:"), "policy venn: expected OPTION=VALUE after the colon, got \"\"");
  EXPECT_EQ(Refusal("venn:tiers=2:"), "policy venn: expected OPTION=VALUE after the colon, got \"\"");
  EXPECT_EQ(Refusal("venn::tiers=2"), "policy venn: expected OPTION=VALUE, got \"\"");
  EXPECT_EQ(Refusal("venn:tiers=2:tiers=2"), "policy venn: expected each option once, got \"tiers twice\"");
}

}  // namespace
}  // namespace propius
