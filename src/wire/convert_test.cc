#include "wire/convert.h"

#include <limits>

#include <gtest/gtest.h>

namespace propius {
namespace {

v1::JobSpec SmallSpec() {
  v1::JobSpec message;
  message.set_name("digits");
  message.set_demand(10);
  return message;
}

void AddBound(AttributeMessages& messages, const std::string& name, double value) {
  v1::Attribute& bound = *messages.Add();
  bound.set_name(name);
  bound.set_value(value);
}

std::string RefusalOf(const v1::JobSpec& message) {
  const Result<JobSpec> spec = FromMessage(message);
  EXPECT_FALSE(spec);
  if (spec) return "";
  EXPECT_EQ(spec.error().code, Code::kInvalidArgument);
  return spec.error().message;
}

TEST(ConvertSpec, FillsTheDocumentedDefaults) {
  const Result<JobSpec> spec = FromMessage(SmallSpec());
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->name, "digits");
  EXPECT_EQ(spec->demand, 10U);
  EXPECT_EQ(spec->rounds, 1U);
  EXPECT_EQ(spec->over_commit, 1.0);
  EXPECT_EQ(spec->min_reports, 1.0);
  EXPECT_EQ(spec->deadline, 10min);
  EXPECT_EQ(spec->reducer.name, "weighted_mean");
  EXPECT_EQ(spec->max_update_bytes, std::uint64_t{256} << 20);
  EXPECT_EQ(spec->max_weight, 1e6);
  EXPECT_TRUE(spec->needs.bounds().empty());
  EXPECT_EQ(spec->share, 1.0);
  EXPECT_FALSE(spec->work.stated());
  EXPECT_FALSE(ToMessage(*spec).has_work());
}

TEST(ConvertSpec, GivesEveryFieldBack) {
  v1::JobSpec message = SmallSpec();
  message.set_rounds(7);
  message.set_over_commit(1.25);
  message.set_min_reports(0.75);
  message.set_deadline_ms(1'500);
  AddBound(*message.mutable_public_constraint(), "cpu_f", 8);
  AddBound(*message.mutable_private_constraint(), "samples", 100);
  message.mutable_reducer()->set_name("sum");
  (*message.mutable_reducer()->mutable_options())["clip"] = 2.5;
  message.set_max_update_bytes(1'000);
  message.set_max_weight(3);
  message.set_share(2.5);
  message.mutable_work()->set_samples(400);
  message.mutable_work()->set_kilobits(74'016);
  const Result<JobSpec> spec = FromMessage(message);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(ToMessage(*spec).SerializeAsString(), message.SerializeAsString());
}

TEST(ConvertSpec, NamesTheFieldThatIsWrong) {
  v1::JobSpec message = SmallSpec();
  AddBound(*message.mutable_public_constraint(), "cpu_f", std::numeric_limits<double>::infinity());
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.public_constraint.cpu_f: expected a finite number"));

  message = SmallSpec();
  AddBound(*message.mutable_private_constraint(), "Samples", 1);
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.private_constraint: expected a name"));

  message = SmallSpec();
  message.set_demand(0);
  EXPECT_EQ(RefusalOf(message), "spec.demand: expected 1 to 1000000, got 0");

  message = SmallSpec();
  message.set_over_commit(std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.over_commit: expected 1 to 10"));

  message = SmallSpec();
  message.set_share(-1);
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.share: expected more than 0"));

  message = SmallSpec();
  message.mutable_work()->set_samples(std::numeric_limits<double>::infinity());
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.work.samples: expected 0 to 1e12"));
}

TEST(ConvertSpec, RefusesDeadlinesThatAreNegativeOrBeyondCounting) {
  v1::JobSpec message = SmallSpec();
  message.set_deadline_ms(-1);
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.deadline_ms: expected 0 to"));
  message.set_deadline_ms(std::numeric_limits<std::int64_t>::max());
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.deadline_ms: expected 0 to"));
  message.set_deadline_ms(1);
  EXPECT_EQ(RefusalOf(message), "spec.deadline: expected 100ms to 30d, got 1ms");
}

TEST(ConvertSpec, RefusesReducerOptionsThatAreNoNumbersOrNamesThatAreNoNames) {
  v1::JobSpec message = SmallSpec();
  (*message.mutable_reducer()->mutable_options())["clip"] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(RefusalOf(message), "spec.reducer.options.clip: expected a finite number");
  message = SmallSpec();
  (*message.mutable_reducer()->mutable_options())[std::string(4'000, 'x')] = 1;
  EXPECT_TRUE(RefusalOf(message).starts_with("spec.reducer.options: expected a name"));
}

TEST(ConvertAttributes, SortsThemAndRefusesANameTwice) {
  AttributeMessages messages;
  AddBound(messages, "ram_gb", 4);
  AddBound(messages, "cpu_f", 8);
  Result<Attributes> attributes = FromMessage(messages, "public_attributes");
  ASSERT_TRUE(attributes);
  EXPECT_EQ(attributes->entries().front().name, "cpu_f");

  AttributeMessages back;
  AddBound(back, "stale", 1);
  ToMessage(*attributes, back);
  ASSERT_EQ(back.size(), 2);
  EXPECT_EQ(back[1].name(), "ram_gb");

  AddBound(messages, "ram_gb", 5);
  attributes = FromMessage(messages, "public_attributes");
  ASSERT_FALSE(attributes);
  EXPECT_EQ(attributes.error().message, "public_attributes.ram_gb: expected one value, got two");
}

TEST(ConvertRoundKey, RefusesZeroes) {
  const RoundKey key{{3}, {7}};
  EXPECT_EQ(FromMessage(ToMessage(key)), key);
  EXPECT_FALSE(FromMessage(ToMessage(RoundKey{{0}, {7}})));
  const Result<RoundKey> refused = FromMessage(ToMessage(RoundKey{{3}, {0}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "round: expected a job_id and a round, both from 1, got job 3 round 0");
}

TEST(ConvertOutcome, GivesEveryOutcomeBackAndRefusesTheUnknown) {
  for (const RoundOutcome outcome :
       {RoundOutcome::kOpen, RoundOutcome::kCompleted, RoundOutcome::kPartial, RoundOutcome::kAborted}) {
    EXPECT_EQ(FromMessage(ToMessage(outcome)), outcome);
  }
  EXPECT_FALSE(FromMessage(v1::ROUND_OUTCOME_UNSPECIFIED));
  EXPECT_FALSE(FromMessage(static_cast<v1::RoundOutcome>(77)));
}

TEST(ConvertState, NamesEveryState) {
  EXPECT_EQ(ToMessage(JobState::kIdle), v1::JOB_STATE_IDLE);
  EXPECT_EQ(ToMessage(JobState::kScheduling), v1::JOB_STATE_SCHEDULING);
  EXPECT_EQ(ToMessage(JobState::kAllocated), v1::JOB_STATE_ALLOCATED);
  EXPECT_EQ(ToMessage(JobState::kFinished), v1::JOB_STATE_FINISHED);
}

TEST(ConvertSync, ComesBackAndTakesItsDefaults) {
  v1::JobSpec message;
  message.set_name("a");
  message.set_demand(4);
  message.mutable_sync()->set_model("adsp:rate=4");
  const auto plain = FromMessage(message);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->sync, SyncSpec{.model = "adsp:rate=4"});
  JobSpec spec = *plain;
  spec.sync = SyncSpec{.model = "ssp:s=3",
                       .period = 20s,
                       .eta = 0.25,
                       .momentum = 0.5,
                       .goal = 0.28,
                       .batch = 16,
                       .commits = 900,
                       .max_norm = 50};
  EXPECT_EQ(FromMessage(ToMessage(spec)).value(), spec);
  message.mutable_sync()->clear_model();
  EXPECT_NE(FromMessage(message).error().message.find("spec.sync.model: expected"), std::string::npos);
}

}  // namespace
}  // namespace propius
