#include <atomic>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

#include <unistd.h>

#include "apps/demo_results.h"
#include "apps/demo_screen.h"
#include "apps/demo_site.h"
#include "apps/demo_table.h"
#include "apps/embedded.h"
#include "apps/stop_signal.h"
#include "apps/verbs.h"
#include "base/crypto.h"
#include "base/real_runtime.h"
#include "config/files.h"

namespace propius {
namespace {

constexpr Duration kTick = 200ms;

struct Size {
  std::uint32_t devices = 60;
  std::uint32_t images = 60'000;  // over the whole fleet
  double slowness = 0.04;
  std::size_t quick_test = 2'000;  // images that judge every round; the end is judged on all 10,000
  double rounds = 1;               // share of the job files' rounds and commits
};

constexpr Size kWhole{};
constexpr Size kQuick{.images = 30'000, .slowness = 0.02, .quick_test = 1'000, .rounds = 0.4};

Result<std::vector<DemoJob>> MakeJobs(const Size& size, std::uint64_t seed) {
  std::vector<DemoJob> jobs;
  for (const auto& [text, tenant] :
       {std::pair{kCnnJob, "vision"}, {kMlpJob, "vision"}, {kParityJob, "keyboard"}, {kAsynchronousJob, "keyboard"}}) {
    auto file = ParseJobFile(text, "demo job");
    if (!file) return tl::unexpected(file.error());
    std::uint32_t& length = file->spec.sync ? file->spec.sync->commits : file->spec.rounds;
    length = std::max(1U, static_cast<std::uint32_t>(length * size.rounds));
    file->train->seed += seed;
    jobs.push_back({.file = *std::move(file), .tenant = tenant});
  }
  return jobs;
}

// Makes the folder anew, but only if it is one of ours or empty.
Status ClearFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder, error)) {
    const bool ours = ReadFile(folder / "server" / "propius.toml").value_or("").starts_with(kDemoMark);
    if (!ours) {
      return Fail(Code::kInvalidArgument,
                  "--out: expected an empty folder or an earlier demo's, got " + folder.string());
    }
    std::filesystem::remove_all(folder, error);
  }
  return MakeFolder(folder);
}

// Everything of one run; its parts live in the order in which they are needed.
class DemoRun {
 public:
  explicit DemoRun(const DemoVerb& verb) : verb_(verb), size_(verb.quick ? kQuick : kWhole) {}

  Status Prepare();
  // An error if the run was stopped or a part of it failed.
  Status Run();
  Status Write();
  const DemoResults& results() const { return results_; }
  DemoScreen& screen() { return *screen_; }

 private:
  void RunJob(std::size_t index);
  void Fail(const sdk::Error& error, const std::string& job);

  DemoVerb verb_;
  Size size_;
  DemoResults results_;
  Digits test_;
  DemoSiteOptions options_;
  std::optional<DemoScreen> screen_;
  std::unique_ptr<LocalSite> site_;
  std::mutex mutex_;
  std::optional<Error> failure_;
  std::atomic<std::size_t> running_{0};
};

Status DemoRun::Prepare() {
  auto jobs = MakeJobs(size_, verb_.seed);
  if (!jobs) return tl::unexpected(jobs.error());
  results_.seed = verb_.seed;
  results_.quick = verb_.quick;
  results_.policy = verb_.policy;
  results_.slowness = size_.slowness;
  results_.jobs = *std::move(jobs);
  std::vector<DemoScreen::JobLine> lines;
  for (const DemoJob& job : results_.jobs) {
    const JobSpec& spec = job.file.spec;
    lines.push_back({spec.name, job.tenant, spec.rounds, spec.sync ? spec.sync->commits : 0});
  }
  screen_.emplace(std::move(lines), isatty(STDERR_FILENO) == 1);

  screen_->Say("reading MNIST and drawing the fleet");
  const Result<Digits> train = LoadDigits(verb_.mnist, true);
  if (!train) return tl::unexpected(train.error());
  auto test = LoadDigits(verb_.mnist, false);
  if (!test) return tl::unexpected(test.error());
  test_ = *std::move(test);
  const auto phones = ParsePhones(kAndroidDevicesCsv);
  if (!phones) return tl::unexpected(phones.error());
  DeviceVerb& devices = options_.devices;
  devices.fleet = size_.devices;
  devices.images = size_.images;
  devices.slowness = size_.slowness;
  devices.seed = verb_.seed;
  results_.fleet =
      DrawFleet(*phones, train->labels,
                {.devices = devices.fleet, .images = devices.images, .skew = devices.skew, .seed = verb_.seed});

  if (const Status ready = ClearFolder(verb_.out); !ready) return ready;

  options_.folder = std::filesystem::absolute(verb_.out);
  options_.mnist = std::filesystem::absolute(verb_.mnist);
  options_.policy = verb_.policy;
  for (const char* name : {"vision", "keyboard"}) {
    options_.tenants.push_back({name, ToHex(SecretFromSystem()).substr(0, 32)});
  }
  screen_->Say("starting one server");
  auto site = StartDemoSite(options_);
  if (!site) return tl::unexpected(site.error());
  site_ = *std::move(site);
  screen_->Say("starting " + std::to_string(devices.fleet) + " phones in " + std::to_string(options_.processes) +
               " processes");
  if (const Status started = StartDemoFleet(options_, *site_); !started) return started;
  screen_->Say("training " + std::to_string(results_.jobs.size()) + " jobs");
  return {};
}

void DemoRun::Fail(const sdk::Error& error, const std::string& job) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = Error{Code::kUnavailable, job + ": " + error.message};
}

void DemoRun::RunJob(std::size_t index) {
  DemoJob& job = results_.jobs[index];
  sdk::JobOptions where;
  where.job_manager = site_->job_manager();
  for (const DemoTenant& tenant : options_.tenants) {
    if (tenant.name == job.tenant) where.token = tenant.token;
  }
  where.idempotency_key = "demo/" + job.file.spec.name;
  JobWatch watch;
  watch.registered = [&](std::uint64_t) { job.registered = RealNow() - results_.began; };
  watch.progress = [&](const sdk::RoundProgress& progress) { screen_->OnProgress(index, progress); };
  watch.round_done = [&](const JobRound& round) { screen_->OnRound(index, round); };
  watch.look = [&](const JobLook& look) { screen_->OnLook(index, look); };
  auto report = RunTrainingJob(where, job.file, test_, size_.quick_test, watch);
  if (report) {
    job.report = *std::move(report);
    screen_->OnDone(index, job.report.final.accuracy);
  } else {
    Fail(report.error(), job.file.spec.name);
  }
  --running_;
}

Status DemoRun::Run() {
  results_.began = RealNow();
  running_ = results_.jobs.size();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < results_.jobs.size(); ++i) threads.emplace_back([this, i] { RunJob(i); });
  Status status;
  while (running_ > 0 && status) {
    if (WaitForStop(kTick)) status = propius::Fail(Code::kAborted, "stopped");
    const int restarts = site_->restarts();
    if (status) status = site_->Check();
    if (site_->restarts() > restarts) screen_->Say("the server was gone; it is back, and the jobs go on");
    if (const std::lock_guard lock(mutex_); failure_ && status) status = tl::unexpected(*failure_);
    screen_->Draw(RealNow() - results_.began);
  }
  if (!status) {
    // The jobs' threads may wait for a server that is gone: end the processes, then this one.
    site_->Stop();
    std::_Exit(Complain(status.error()));
  }
  for (std::thread& thread : threads) thread.join();
  site_->StopOthers();
  auto tasks = ReadTasks(DemoTaskFiles(options_), results_.began);
  site_->Stop();
  if (!tasks) return tl::unexpected(tasks.error());
  results_.tasks = *std::move(tasks);
  return {};
}

Status DemoRun::Write() {
  if (const Status written = WriteResults(results_, verb_.out); !written) return written;
  for (const DemoJob& job : results_.jobs) {
    const Status written = WriteFile(verb_.out / (job.file.spec.name + ".safetensors"), job.report.model);
    if (!written) return written;
  }
  return {};
}

}  // namespace

int Demo(const DemoVerb& verb) {
  DemoRun run(verb);
  for (const auto step : {&DemoRun::Prepare, &DemoRun::Run, &DemoRun::Write}) {
    if (const Status status = (run.*step)(); !status) return Complain(status.error());
  }
  if (const int rendered = Report({verb.out}); rendered != 0) return rendered;
  if (verb.format == "json") {
    std::cout << SummaryJson(run.results());
  } else {
    std::cout << DemoTable(run.results()) << "\nReport: " << (verb.out / "report.html").string() << "\n";
  }
  return 0;
}

}  // namespace propius
