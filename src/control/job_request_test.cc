#include "control/job_request.h"

#include <set>

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace propius {
namespace {

TEST(PackRegister, TellsSpecsApart) {
  std::set<std::string> packed;
  JobSpec plain;
  plain.name = "digits";
  plain.demand = 10;
  JobSpec shared = plain;
  shared.share = 2;
  JobSpec worked = plain;
  worked.work.samples = 600;
  JobSpec sent = plain;
  sent.work.kilobits = 600;
  JobSpec larger = plain;
  larger.demand = 11;
  for (const JobSpec& spec : {plain, shared, worked, sent, larger}) packed.insert(PackRegister(spec));
  EXPECT_EQ(packed.size(), 5U);
}

// Stores keep the bytes of requests that were answered, and a job that goes on after an upgrade sends its key again.
TEST(PackRegister, GivesTheBytesItGaveBeforeThereWereSharesAndWork) {
  JobSpec spec;
  spec.name = "digits";
  spec.rounds = 50;
  spec.demand = 10;
  EXPECT_EQ(ToHex(Sha256(PackRegister(spec))), "82523c442b2365431faf50387a2df0d20ac5c4283b519e38f795f663a3e0c41d");
}

}  // namespace
}  // namespace propius
