#include "config/job_file.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr std::string_view kWhole = R"(
[job]
name = "digits"
rounds = 50
demand = 100
over_commit = 1.3
min_reports = 0.8
deadline = "10m"
share = 2

[job.needs]
cpu_f = 8
ram_gb = 6

[job.private]
samples = 100

[job.reducer]
name = "weighted_mean"

[job.work]
samples = 600
kilobits = 3200

[job.train]
model = "mlp"
learning_rate = 0.1
)";

std::string ErrorOf(std::string_view text) {
  const Result<JobFile> file = ParseJobFile(text, "job.toml");
  return file ? "none" : file.error().message;
}

TEST(JobFile, ReadsEveryField) {
  const Result<JobFile> file = ParseJobFile(kWhole, "job.toml");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->spec.name, "digits");
  EXPECT_EQ(file->spec.rounds, 50U);
  EXPECT_EQ(file->spec.demand, 100U);
  EXPECT_EQ(file->spec.over_commit, 1.3);
  EXPECT_EQ(file->spec.min_reports, 0.8);
  EXPECT_EQ(file->spec.deadline, 10min);
  EXPECT_EQ(file->spec.needs.bounds().Get("ram_gb"), 6.0);
  EXPECT_EQ(file->spec.private_needs.bounds().Get("samples"), 100.0);
  EXPECT_EQ(file->spec.share, 2);
  EXPECT_EQ(file->spec.work, (TaskWork{.samples = 600, .kilobits = 3200}));
  ASSERT_TRUE(file->train);
  EXPECT_EQ(file->train->model, "mlp");
  EXPECT_EQ(file->train->learning_rate, 0.1);
  EXPECT_EQ(file->train->batch, 32);
}

TEST(JobFile, RefusesWhatItDoesNotKnowOrCannotUse) {
  EXPECT_EQ(ErrorOf(""), "job.toml: expected a table [job], got none");
  EXPECT_EQ(ErrorOf("[job]\nname = \"a\""),
            "job.toml:1: job.demand: expected a whole number of devices per round, got nothing");
  EXPECT_EQ(ErrorOf("[job]\nname = \"a\"\ndemand = -1"),
            "job.toml:3: job.demand: expected a whole number from 1 to 1000000, got -1");
  EXPECT_EQ(ErrorOf("[job]\nname = \"a\"\ndemand = 5\ndeadlin = \"1m\""),
            "job.toml:4: job.deadlin: unknown key, did you mean \"deadline\"?");
  EXPECT_EQ(ErrorOf("[job]\nname = \"a\"\ndemand = 5\ndeadline = 60"),
            "job.toml:4: job.deadline: expected a duration from \"100ms\" to \"30d\", got 60");
  EXPECT_EQ(
      ErrorOf("[job]\nname = \"a\"\ndemand = 5\n[job.needs]\nCPU = 1"),
      "job.toml:4: job.needs: needs: expected a name of at most 64 lower-case letters, digits and _, got \"CPU\"");
  EXPECT_EQ(ErrorOf("[job]\nname = \"a\"\ndemand = 5\nshare = 0"),
            "job.toml:4: job.share: expected a number from 1e-06 to 1e+06, got 0");
  EXPECT_EQ(ErrorOf("[job]\nname = \"a\"\ndemand = 5\n[job.work]\nsamples = -1"),
            "job.toml:5: job.work.samples: expected a number from 0 to 1e+12, got -1");
  EXPECT_EQ(ErrorOf("[job]\nname = \"\"\ndemand = 5"),
            "job.toml: job.name: expected 1 to 128 printable characters, got \"\"");
  EXPECT_EQ(ErrorOf("[job]\nname = \"a\"\ndemand = 5\n[job.train]\nbatch = 8"),
            "job.toml:4: job.train.model: expected \"cnn\", \"mlp\" or \"parity\", got nothing");
}

TEST(JobFile, NamesAFileThatIsNotThere) {
  const Result<JobFile> file = ReadJobFile("no-such-job.toml");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "no-such-job.toml: expected to read it: No such file or directory");
}

TEST(JobFileSync, IsReadWhollyAndStrictly) {
  const auto file = ParseJobFile(
      "[job]\nname = \"a\"\ndemand = 4\n[job.sync]\nmodel = \"adsp:rate=4\"\nperiod = \"20s\"\neta = 0.25\nmomentum = "
      "0.5\n"
      "goal = 0.28\nbatch = 16\ncommits = 900\nmax_norm = 50\n",
      "job.toml");
  ASSERT_TRUE(file) << file.error().message;
  const SyncSpec expected{.model = "adsp:rate=4",
                          .period = 20s,
                          .eta = 0.25,
                          .momentum = 0.5,
                          .goal = 0.28,
                          .batch = 16,
                          .commits = 900,
                          .max_norm = 50};
  EXPECT_EQ(file->spec.sync, expected);
  const auto complaint = [](const std::string& lines) {
    return ParseJobFile("[job]\nname = \"a\"\ndemand = 4\n" + lines, "job.toml").error().message;
  };
  EXPECT_NE(complaint("[job.sync]\nperiod = \"20s\"\n").find("model"), std::string::npos);
  EXPECT_NE(complaint("[job.sync]\nmodel = \"bsp\"\nspeed = 1\n").find("speed"), std::string::npos);
  EXPECT_NE(complaint("rounds = 2\n[job.sync]\nmodel = \"bsp\"\n").find("expected 1 of an asynchronous job"),
            std::string::npos);
}

}  // namespace
}  // namespace propius
