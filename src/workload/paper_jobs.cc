#include <algorithm>
#include <iterator>
#include <string>

#include "base/check.h"
#include "base/quote.h"
#include "base/rng.h"
#include "workload/embedded.h"
#include "workload/inputs.h"
#include "workload/paper_workloads.h"
#include "workload/traces.h"

namespace propius {
namespace {

constexpr double kFirstArrival = 3'600;
constexpr double kWorkload = 30;
constexpr double kComm = 10;
constexpr double kMinReports = 0.8;

struct Template {
  std::uint32_t demand;
  std::uint32_t rounds;
};

// The authors' 33 kinds of jobs (venn.md 3.1).
constexpr std::array<Template, 33> kTemplates = {
    {{1'500, 856}, {500, 2'568}, {750, 1'712}, {100, 1'000}, {100, 2'000}, {100, 3'000}, {100, 4'000},
     {200, 1'000}, {200, 2'000}, {200, 3'000}, {800, 1'000}, {200, 1'000}, {400, 1'000}, {32, 1'463},
     {64, 1'463},  {128, 1'463}, {20, 2'000},  {50, 2'000},  {200, 2'000}, {500, 2'000}, {500, 930},
     {500, 980},   {500, 1'280}, {500, 1'620}, {500, 530},   {500, 1'900}, {500, 1'750}, {500, 1'800},
     {500, 1'360}, {500, 1'600}, {500, 1'290}, {500, 1'980}, {500, 640}}};

constexpr Duration DeadlineOf(std::uint32_t demand) { return demand <= 128 ? 300s : demand <= 200 ? 600s : 1'000s; }

struct PaperList {
  std::string_view name;
  const std::string_view& jobs;
  std::uint64_t repeats;
  std::vector<std::size_t> templates;  // from 1, as the paper's configuration counts them
};

const std::vector<PaperList>& Lists() {
  static const std::vector<PaperList> kLists = [] {
    std::vector<std::size_t> all;
    for (std::size_t i = 1; i <= kTemplates.size(); ++i) all.push_back(i);
    return std::vector<PaperList>{
        {"even", kVennJobsEven, 30, all},
        {"small", kVennJobsSmall, 20, {4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 25, 33}},
        {"large", kVennJobsLarge, 50, {1, 2, 3, 11, 20, 23, 24, 26, 27, 28, 29, 30, 31, 32}},
        {"low", kVennJobsLow, 10, {4, 5, 8, 12, 14, 15, 16, 17, 18}},
        {"high", kVennJobsHigh, 50, {1, 2, 3, 11, 13, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33}}};
  }();
  return kLists;
}

Result<const PaperList*> FindList(std::string_view name) {
  const auto found = std::ranges::find(Lists(), name, &PaperList::name);
  if (found != Lists().end()) return &*found;
  std::string known;
  for (const PaperList& list : Lists()) known += (known.empty() ? "" : ", ") + std::string(list.name);
  return Fail(Code::kInvalidArgument, "workload: expected one of " + known + ", got " + Quote(name));
}

int DrawRequirement(const DrawnJobs& how, std::size_t job, Rng& chance) {
  if (how.biased_to) {
    // 0.7 for the one, 0.1 for each of the others.
    const double at = chance.Uniform(0, 10);
    if (at < 7) return *how.biased_to;
    const int other = std::min(static_cast<int>(at) - 6, 3);
    return other < *how.biased_to ? other : other + 1;
  }
  if (how.random_requirements) return static_cast<int>(chance.Below(4)) + 1;
  return static_cast<int>(job % 4) + 1;
}

}  // namespace

Result<std::vector<ArrivingJob>> PaperJobs(std::string_view name) {
  const Result<const PaperList*> list = FindList(name);
  if (!list) return tl::unexpected(list.error());
  return ParseJobs((*list)->jobs, "jobs_paper_" + std::string(name) + ".csv");
}

std::uint64_t PaperRepeats(std::string_view name) {
  const Result<const PaperList*> list = FindList(name);
  return list ? (*list)->repeats : 0;
}

Result<std::vector<ArrivingJob>> DrawJobs(std::string_view name, const DrawnJobs& how) {
  const Result<const PaperList*> list = FindList(name);
  if (!list) return tl::unexpected(list.error());
  if (how.biased_to && (*how.biased_to < 1 || *how.biased_to > 4)) {
    return Fail(Code::kInvalidArgument,
                "biased_to: expected a class from 1 to 4, got " + std::to_string(*how.biased_to));
  }
  Rng chance(how.seed);
  double arrival = kFirstArrival;
  std::vector<ArrivingJob> jobs(how.jobs);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    ArrivingJob& job = jobs[i];
    const std::size_t drawn = (*list)->templates[chance.Below((*list)->templates.size())];
    const Template& shape = kTemplates[drawn - 1];
    job.id = i;
    job.arrives_s = arrival;
    job.workload = kWorkload;
    job.comm = kComm;
    job.requirement = DrawRequirement(how, i, chance);
    job.tenant = "class-" + std::to_string(job.requirement);
    job.spec.name = "job-" + std::to_string(i);
    job.spec.rounds = shape.rounds;
    job.spec.demand = shape.demand;
    job.spec.min_reports = kMinReports;
    job.spec.deadline = DeadlineOf(shape.demand);
    job.spec.work = WorkOf(kWorkload, kComm);
    job.spec.needs = ClassConstraint(job.requirement);
    arrival += chance.Exponential(how.mean_gap_s);
  }
  return jobs;
}

std::vector<ArrivingJob> Stretched(std::vector<ArrivingJob> jobs, double factor) {
  for (ArrivingJob& job : jobs) job.arrives_s *= factor;
  return jobs;
}

Constraint PhoneClass(int requirement) {
  // venn.md 3.2, with the names of data/android_devices.csv.
  const bool compute = requirement == 2 || requirement == 4;
  const bool memory = requirement == 3 || requirement == 4;
  if (requirement == 0) return {};
  Result<Attributes> bounds = Attributes::Make(
      {{"fp16_mem", memory ? 1'000.0 : 10.0}, {"cpu_f", compute ? 7.0 : 1.0}, {"android_os", 6}}, "phone class");
  CHECK(bounds.has_value());
  return Constraint(*std::move(bounds));
}

Result<Workload> PaperWorkload(std::string_view name, bool long_run, std::uint64_t seed) {
  Result<std::vector<ArrivingJob>> jobs = PaperJobs(name);
  if (!jobs) return tl::unexpected(jobs.error());
  const std::uint64_t repeats = PaperRepeats(name) * (long_run ? 2 : 1);
  return Workload{.name = std::string(name),
                  .jobs = *std::move(jobs),
                  .fleet = PaperFleet(seed),
                  .sessions = Repeated(Stored(*MakeGeneratedTrace({.seed = seed})), repeats)};
}

}  // namespace propius
