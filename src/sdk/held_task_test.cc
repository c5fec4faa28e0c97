#include "sdk/held_task.h"

#include <gtest/gtest.h>

#include "base/real_runtime.h"

namespace propius {
namespace {

const Time kNow = FromMicros(1'000'000'000'000);

v1::Assignment Whole() {
  v1::Assignment message;
  message.mutable_round()->set_job_id(3);
  message.mutable_round()->set_round(7);
  message.set_slot(5);
  message.set_ticket("ticket");
  message.set_leaf("http://leaf:1/");
  message.set_plan_digest(std::string(32, 'd'));
  message.set_expires_unix_ms(1'000'060'000);
  message.set_lease_ms(1'500);
  return message;
}

TEST(ReadAssignment, ReadsEveryField) {
  const auto held = ReadAssignment(Whole(), kNow).value();
  EXPECT_EQ(Show(held.round), "job 3 round 7");
  EXPECT_EQ(held.slot, 5U);
  EXPECT_EQ(held.ticket, "ticket");
  EXPECT_EQ(held.leaf, "http://leaf:1");
  EXPECT_EQ(held.plan_digest, std::string(32, 'd'));
  EXPECT_EQ(held.expires, kNow + 60s);
  EXPECT_EQ(held.lease, 1500ms);
}

TEST(ReadAssignment, RefusesWhatItCannotWorkWithAndNamesTheField) {
  v1::Assignment message = Whole();
  message.clear_ticket();
  EXPECT_NE(ReadAssignment(message, kNow).error().message.find("ticket"), std::string::npos);
  message = Whole();
  message.set_leaf("/");
  EXPECT_NE(ReadAssignment(message, kNow).error().message.find("leaf"), std::string::npos);
  message = Whole();
  message.set_plan_digest(std::string(31, 'd'));
  EXPECT_NE(ReadAssignment(message, kNow).error().message.find("got 31"), std::string::npos);
}

TEST(ReadAssignment, TrustsTheServerMoreThanAClockByWhichNewWorkIsOver) {
  v1::Assignment message = Whole();
  message.set_expires_unix_ms(999'000'000);
  EXPECT_GT(ReadAssignment(message, kNow).value().expires, kNow);
}

TEST(ReadAssignment, PingsNowAndThenIfTheServerSetsNoLease) {
  v1::Assignment message = Whole();
  message.clear_lease_ms();
  EXPECT_GT(ReadAssignment(message, kNow).value().lease, 0s);
}

TEST(TaskLife, EndsWithTheLeaseTheTimeOrTheClient) {
  TaskLife life;
  life.stop = std::make_shared<StopSignal>();
  life.expires = RealNow() + 1h;
  EXPECT_FALSE(life.Over());
  life.lease_lost = true;
  EXPECT_TRUE(life.Over());
  life.lease_lost = false;
  life.expires = RealNow();
  EXPECT_TRUE(life.Over());
  life.expires = RealNow() + 1h;
  life.stop->Raise();
  EXPECT_TRUE(life.Over());
}

}  // namespace
}  // namespace propius
