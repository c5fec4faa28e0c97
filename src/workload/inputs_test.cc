#include "workload/inputs.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"

namespace propius {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Session> All(const SessionTrace& trace) {
  std::vector<Session> sessions(trace.size() + 1);
  sessions.resize(trace.Open()->Read(sessions));
  return sessions;
}

std::string SessionError(const std::string& content) {
  const auto read = ReadSessions(TestFolder().Write("sessions.csv", content));
  return read ? "none" : read.error().message;
}

std::string JobError(const std::string& row) {
  const auto jobs = ParseJobs(
      "id,start,rounds,participants,deadline,min_fraction,workload,comm,requirement\n" + row + "\n", "jobs.csv");
  return jobs ? "none" : jobs.error().message;
}

TEST(Inputs, ReadsSessionsToTheMicrosecond) {
  const auto trace =
      ReadSessions(TestFolder().Write("sessions.csv", ",ID,start,end\n0,0,0.585,36078.222\n1,1,1,1.9999995\n"));
  ASSERT_TRUE(trace) << trace.error().message;
  const std::vector<Session> sessions = All(**trace);
  ASSERT_EQ(sessions.size(), 2);
  EXPECT_EQ(ToMicros(sessions[0].start), 585'000);
  EXPECT_EQ(ToMicros(sessions[0].end), 36'078'222'000);
  EXPECT_EQ(ToMicros(sessions[1].start), 1'000'000);
  EXPECT_EQ(ToMicros(sessions[1].end), 2'000'000);
  EXPECT_EQ(sessions[1].device, 1);
}

TEST(Inputs, SortsSessionsByStartAndKeepsEqualOnesInOrder) {
  const auto trace = ReadSessions(TestFolder().Write("sessions.csv", "end,start\n9,5\n8,2\n7,5\n6,1e0\n"));
  ASSERT_TRUE(trace) << trace.error().message;
  std::vector<std::int64_t> ends;
  for (const Session& session : All(**trace)) ends.push_back(ToMicros(session.end) / 1'000'000);
  EXPECT_THAT(ends, ElementsAre(6, 8, 9, 7));
}

TEST(Inputs, SaysWhereASessionIsWrong) {
  EXPECT_THAT(SessionError("start\n1\n"), HasSubstr("sessions.csv:1: expected a column \"end\", got \"start\""));
  EXPECT_THAT(SessionError("start,end\n1,2\nsoon,3\n"), HasSubstr("sessions.csv:3: start: expected a number"));
  EXPECT_THAT(SessionError("start,end\n1,2\nsoon,3\n"), HasSubstr("got \"soon\""));
  EXPECT_THAT(SessionError("start,end\n-1,2\n"), HasSubstr("got \"-1\""));
  EXPECT_THAT(SessionError("start,end\nnan,2\n"), HasSubstr("got \"nan\""));
  EXPECT_THAT(SessionError("start,end\n5,2\n"), HasSubstr(":2: end: expected an end not before the start, got \"2\""));
  EXPECT_THAT(SessionError("start,end\n5\n"), HasSubstr(":2: expected 2 columns, got 1 in \"5\""));
  EXPECT_THAT(SessionError("start,end\n1,2,3\n"), HasSubstr(":2: expected 2 columns, got 3"));
  EXPECT_THAT(SessionError("start,end\n"), HasSubstr("sessions.csv: expected at least one row, got none"));
  EXPECT_THAT(SessionError(""), HasSubstr("expected a line with the names of columns, got the end"));
}

TEST(Inputs, PassesOverEmptyLines) { EXPECT_EQ(SessionError("start,end\n1,2\n\n3,4\n\n"), "none"); }

TEST(Inputs, ReadsCapacities) {
  const auto read =
      ReadCapacities(TestFolder().Write("capacity.csv", "id,computation,communication\n1,160.533,10239.793\n"));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 1);
  EXPECT_EQ(read->front().ms, 160.533);
  EXPECT_EQ(read->front().kbps, 10239.793);
  const auto zero = ReadCapacities(TestFolder().Write("capacity.csv", "id,computation,communication\n1,0,1\n"));
  ASSERT_FALSE(zero);
  EXPECT_THAT(zero.error().message, HasSubstr("capacity.csv:2: computation: expected a number from 1e-06"));
}

TEST(Inputs, WantsNumberedDevicesInTheirOrder) {
  const auto message = [](const auto& read) { return read ? std::string("accepted") : read.error().message; };
  const TestFolder folder;
  EXPECT_EQ(message(ReadCapacities(folder.Write("a.csv", "computation,communication\n1,1\n"))), "accepted");
  EXPECT_EQ(message(ReadCapacities(folder.Write("b.csv", "computation,communication,id\n1,1,7\n1,1,9\n"))), "accepted");
  EXPECT_THAT(message(ReadCapacities(folder.Write("c.csv", "id,computation,communication\n1,1,1\n3,1,1\n2,1,1\n"))),
              HasSubstr("c.csv:4: id: expected a whole number from 4 to 4294967295, got \"2\""));
  EXPECT_THAT(message(ReadEligibility(folder.Write("d.csv", "idx,mask\n0,1\n0,15\n"))),
              HasSubstr("d.csv:3: idx: expected a whole number from 1 to "));
}

TEST(Inputs, ReadsEligibilityMasks) {
  const auto read = ReadEligibility(TestFolder().Write("eligibility.csv", "idx,mask\n0,1\n1,15\n"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(*read, ElementsAre(1, 15));
  const auto wide = ReadEligibility(TestFolder().Write("eligibility.csv", "idx,mask\n0,256\n"));
  ASSERT_FALSE(wide);
  EXPECT_THAT(wide.error().message, HasSubstr("mask: expected a whole number from 0 to 255, got \"256\""));
}

TEST(Inputs, ReadsJobs) {
  const auto jobs = ParseJobs(
      "id,start,rounds,participants,deadline,min_fraction,workload,comm,requirement\n"
      "7,3637.939742885,29,12,300,0.8,30,10,2\n",
      "jobs.csv");
  ASSERT_TRUE(jobs) << jobs.error().message;
  const ArrivingJob& job = jobs->front();
  EXPECT_EQ(job.id, 7);
  EXPECT_EQ(job.arrives_s, 3637.939742885);
  EXPECT_EQ(job.spec.rounds, 29);
  EXPECT_EQ(job.spec.demand, 12);
  EXPECT_EQ(job.spec.deadline, 300s);
  EXPECT_EQ(job.spec.min_reports, 0.8);
  EXPECT_EQ(job.requirement, 2);
  EXPECT_TRUE(job.spec.needs.Admits(ClassAttributes(0b0010)));
  EXPECT_FALSE(job.spec.needs.Admits(ClassAttributes(0b1101)));
  EXPECT_TRUE(Validate(job.spec));
}

TEST(Inputs, SaysWhereAJobIsWrong) {
  EXPECT_THAT(JobError("0,1,0,1,1,1,1,1,1"), HasSubstr("jobs.csv:2: rounds: expected a whole number from 1"));
  EXPECT_THAT(JobError("0,1,1,1,0,1,1,1,1"), HasSubstr("deadline: expected a number from 0.001"));
  EXPECT_THAT(JobError("0,1,1,1,1,1.5,1,1,1"),
              HasSubstr("min_fraction: expected a number from 1e-06 to 1, got \"1.5\""));
  EXPECT_THAT(JobError("0,1,1,1,1,1,1,1,9"), HasSubstr("requirement: expected a whole number from 0 to 8, got \"9\""));
  EXPECT_THAT(JobError("0,1,1,1,1,1,1,1,1\n0,2,1,1,1,1,1,1,1"),
              HasSubstr("jobs.csv:3: id: expected an id of its own, got \"0\""));
  const auto nowhere = ReadJobs("/nowhere/jobs.csv");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace propius
