#include "apps/job_why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/number.h"

namespace propius {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

sdk::JobExplanation Waiting() {
  sdk::JobExplanation told;
  told.job.id = 3;
  told.job.round = 2;
  told.job.outcome = "open";
  told.job.slots = 120;
  told.job.allocated = 20;
  told.waiting = true;
  told.rank = 3;
  told.requests = 5;
  told.eligible_per_hour = 240;
  told.checkins_per_hour = 600;
  told.window_eligible = 24;
  told.window_devices = 60;
  return told;
}

TEST(WhySentences, TellOfQueueSupplyWaitAndRemedies) {
  sdk::JobExplanation told = Waiting();
  told.ahead = 2;
  told.ahead_yours = {1};
  told.ahead_places = 40;
  told.expected_wait = milliseconds(35 * 60'000);
  sdk::Remedy bound;
  bound.kind = "constraint";
  bound.attribute = "ram_gb";
  bound.bound = 6;
  bound.supply_factor = 2.5;
  bound.expected_wait = milliseconds(14 * 60'000);
  sdk::Remedy half;
  half.kind = "demand";
  half.expected_wait = milliseconds(20 * 60'000);
  sdk::Remedy alone;
  alone.kind = "no_rivals";
  alone.expected_wait = milliseconds(25 * 60'000);
  sdk::Remedy exact;
  exact.kind = "over_commit";
  exact.expected_wait = milliseconds(30 * 60'000);
  told.remedies = {bound, half, alone, exact};
  EXPECT_THAT(
      WhySentences(told),
      ElementsAre("Round 2 waits for 100 of 120 devices.",
                  "It is number 3 of 5 in the plan. 2 jobs before it may take the same devices and still want 40; "
                  "yours of them: 1.",
                  "240 devices an hour that meet its constraint check in, of 600; 24 of the 60 heard from lately "
                  "meet it.",
                  "If devices go on coming like this and nobody asks anew, it is full in " + ShowDuration(35min) + ".",
                  "Without ram_gb >= 6 2.5 times as many devices would do: about " + ShowDuration(14min) + ".",
                  "With half the demand: " + ShowDuration(20min) + ".",
                  "If no other job were served before it: " + ShowDuration(25min) + ".",
                  "Without over-commit: " + ShowDuration(30min) + "."));
}

TEST(WhySentences, SayWhenNoEndCanBeSeen) {
  sdk::JobExplanation told = Waiting();
  told.eligible_per_hour = 0;
  sdk::Remedy bound;
  bound.kind = "constraint";
  bound.attribute = "cpu_f";
  bound.bound = 99;
  bound.supply_factor = 0;
  told.remedies = {bound};
  const auto sentences = WhySentences(told);
  EXPECT_THAT(sentences[3], "No device that meets its constraint has checked in: no end can be seen.");
  EXPECT_THAT(sentences[4], "Without cpu_f >= 99 there would be devices that meet the rest.");
  told.eligible_per_hour = 1;
  EXPECT_THAT(WhySentences(told)[3], "At this pace no end of the wait can be seen.");
}

TEST(WhySentences, SayWhyAJobDoesNotWait) {
  sdk::JobExplanation told;
  told.job.id = 3;
  told.job.state = "idle";
  EXPECT_THAT(WhySentences(told), ElementsAre("Job 3 waits for nothing: it has not requested a round."));
  told.job.round = 4;
  told.job.outcome = "completed";
  EXPECT_THAT(WhySentences(told),
              ElementsAre("Job 3 waits for nothing: round 4 is completed and no other is requested."));
  told.job.outcome = "open";
  told.job.slots = told.job.allocated = 12;
  told.job.reported = 5;
  EXPECT_THAT(WhySentences(told), ElementsAre("Round 4 has all its 12 devices; 5 have reported."));
  told.job.allocated = 7;
  EXPECT_THAT(WhySentences(told), ElementsAre("Round 4 takes no more devices: its request was ended."));
  told.job.state = "finished";
  told.job.finish_reason = "silent";
  EXPECT_THAT(WhySentences(told), ElementsAre("Job 3 waits for nothing: it is finished (silent)."));
}

}  // namespace
}  // namespace propius
