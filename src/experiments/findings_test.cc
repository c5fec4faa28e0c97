#include "experiments/findings.h"

#include <gtest/gtest.h>

#include "experiments/verdict.h"

namespace propius {
namespace {

const Findings kFindings{
    .experiment = "e",
    .claims = {{.what = "Faster", .claimed = "2", .ours = "3", .verdict = kAgrees, .note = "By far."},
               {.what = "Leaner", .claimed = "1", .ours = "–", .verdict = kByDefinition}}};

TEST(Findings, ReadAsLinesOnATerminal) {
  EXPECT_EQ(ClaimText(kFindings),
            "Claims\n"
            "  agrees          Faster: claimed 2, here 3\n"
            "                  By far.\n"
            "  by definition   Leaner: claimed 1, here –\n");
}

TEST(Findings, AreATableOnAPage) {
  const Table table = ClaimTable(kFindings);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][3].text, "agrees");
  EXPECT_EQ(table.rows[0].size(), table.columns.size());
}

TEST(Findings, OfAnotherScaleAreNotJudged) {
  Findings findings = kFindings;
  LeaveUnjudged(findings);
  for (const Claim& claim : findings.claims) EXPECT_EQ(claim.verdict, kNotJudged);
}

}  // namespace
}  // namespace propius
