#include "apps/child.h"

#include <csignal>

#include <gtest/gtest.h>

#include "apps/free_port.h"
#include "base/real_runtime.h"
#include "base/testing.h"
#include "config/files.h"

namespace propius {
namespace {

class ChildTest : public testing::Test {
 protected:
  Result<Child> Shell(const std::string& script) { return Child::Start("/bin/sh", {"-c", script}, log_); }
  static int Wait(Child& child) {
    while (!child.Ended()) SleepFor(1ms);
    return *child.Ended();
  }

  const TestFolder folder_;
  const std::filesystem::path log_ = folder_ / "child.log";
};

TEST_F(ChildTest, TellsItsExitCodeAndWritesWhatItSaysToTheLog) {
  auto child = Shell("echo out; echo err >&2; exit 3");
  ASSERT_TRUE(child);
  EXPECT_EQ(Wait(*child), 3);
  EXPECT_EQ(*ReadFile(log_), "out\nerr\n");
}

TEST_F(ChildTest, StopsByTermAndByKillIfItWillNot) {
  auto meek = Shell("sleep 1000");
  ASSERT_TRUE(meek);
  EXPECT_EQ(meek->Stop(10s), 128 + SIGTERM);
  auto stubborn = Shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  ASSERT_TRUE(stubborn);
  while (ReadFile(log_).value_or("").find("ready") == std::string::npos) SleepFor(1ms);
  EXPECT_EQ(stubborn->Stop(50ms), 128 + SIGKILL);
}

TEST_F(ChildTest, AnswersThatAProgramIsNotThere) {
  auto child = Child::Start("/no/such/program", {}, log_);
  ASSERT_TRUE(child);
  EXPECT_EQ(Wait(*child), 127);
  EXPECT_FALSE(Child::Start("/bin/sh", {}, "/no/such/folder/log"));
}

TEST(FreePorts, AreNeighboursBelowThePortsOfOutgoingConnections) {
  const auto ports = FindFreePorts(4);
  ASSERT_TRUE(ports);
  ASSERT_EQ(ports->size(), 4U);
  EXPECT_LT(ports->back(), 32'768);
  EXPECT_EQ(ports->front() + 3, ports->back());
}

}  // namespace
}  // namespace propius
