#include <iostream>

#include <nlohmann/json.hpp>

#include "apps/job_why.h"
#include "apps/stop_signal.h"
#include "apps/training_job.h"
#include "apps/verbs.h"
#include "config/files.h"
#include "propius/jobs.h"
#include "report/terminal.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kWatchEvery = 500ms;
constexpr std::size_t kQuickTest = 2'000;

int Complain(const sdk::Error& error) {
  const bool usage = error.code == "invalid_argument";
  return propius::Complain({usage ? Code::kInvalidArgument : Code::kUnavailable, error.message});
}

Json ToJson(const sdk::JobSummary& job) {
  return {{"id", job.id},
          {"name", job.name},
          {"tenant", job.tenant},
          {"state", job.state},
          {"finish_reason", job.finish_reason},
          {"rounds", job.rounds},
          {"round", job.round},
          {"demand", job.demand},
          {"slots", job.slots},
          {"allocated", job.allocated},
          {"reported", job.reported},
          {"counted", job.counted},
          {"outcome", job.outcome},
          {"reason", job.reason},
          {"attained_service", job.attained_service},
          {"total_scheduling_seconds", static_cast<double>(job.total_scheduling.count()) / 1e3}};
}

std::string ShowRounds(const sdk::JobSummary& job) {
  return std::to_string(job.round) + "/" + std::to_string(job.rounds);
}

void Print(const JobVerb& verb, const sdk::JobSummary& job) {
  if (verb.format == "json") {
    std::cout << ToJson(job).dump(2) << "\n";
    return;
  }
  std::cout << RenderTable({{.title = "job"}, {.title = std::to_string(job.id)}},
                           {{"name", job.name},
                            {"tenant", job.tenant},
                            {"state", job.state + (job.finish_reason.empty() ? "" : " (" + job.finish_reason + ")")},
                            {"round", ShowRounds(job)},
                            {"latest round", job.outcome + (job.reason.empty() ? "" : " (" + job.reason + ")")},
                            {"allocated", std::to_string(job.allocated) + "/" + std::to_string(job.slots)},
                            {"reported", std::to_string(job.reported)},
                            {"devices so far", std::to_string(job.attained_service)},
                            {"waited so far", ShowDuration(job.total_scheduling)}});
}

int List(const JobVerb& verb, sdk::Jobs& jobs) {
  const auto all = jobs.List();
  if (!all) return Complain(all.error());
  if (verb.format == "json") {
    Json list = Json::array();
    for (const sdk::JobSummary& job : *all) list.push_back(ToJson(job));
    std::cout << list.dump(2) << "\n";
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const sdk::JobSummary& job : *all) {
    rows.push_back({std::to_string(job.id), job.name, job.state, ShowRounds(job), std::to_string(job.attained_service),
                    ShowDuration(job.total_scheduling)});
  }
  std::cout << RenderTable({{.title = "job", .number = true},
                            {.title = "name"},
                            {.title = "state"},
                            {.title = "round", .number = true},
                            {.title = "devices", .number = true},
                            {.title = "waited", .number = true}},
                           rows);
  return 0;
}

Json InSeconds(const std::optional<std::chrono::milliseconds>& wait) {
  return wait ? Json(static_cast<double>(wait->count()) / 1e3) : Json(nullptr);
}

int Why(const JobVerb& verb, sdk::Jobs& jobs) {
  const auto told = jobs.Explain(verb.job);
  if (!told) return Complain(told.error());
  const std::vector<std::string> sentences = WhySentences(*told);
  if (verb.format != "json") {
    for (const std::string& sentence : sentences) std::cout << sentence << "\n";
    return 0;
  }
  Json remedies = Json::array();
  for (const sdk::Remedy& remedy : told->remedies) {
    Json entry{{"kind", remedy.kind}, {"expected_wait_seconds", InSeconds(remedy.expected_wait)}};
    if (remedy.kind == "constraint") {
      entry["attribute"] = remedy.attribute;
      entry["bound"] = remedy.bound;
      entry["supply_factor"] = remedy.supply_factor;
    }
    remedies.push_back(std::move(entry));
  }
  std::cout << Json{{"job", ToJson(told->job)},
                    {"waiting", told->waiting},
                    {"rank", told->rank},
                    {"requests", told->requests},
                    {"ahead", told->ahead},
                    {"ahead_yours", told->ahead_yours},
                    {"ahead_places", told->ahead_places},
                    {"expected_wait_seconds", InSeconds(told->expected_wait)},
                    {"eligible_per_hour", told->eligible_per_hour},
                    {"checkins_per_hour", told->checkins_per_hour},
                    {"window_eligible", told->window_eligible},
                    {"window_devices", told->window_devices},
                    {"remedies", remedies},
                    {"sentences", sentences}}
                   .dump(2)
            << "\n";
  return 0;
}

int Watch(const JobVerb& verb, sdk::Jobs& jobs) {
  std::string last;
  for (;;) {
    const auto job = jobs.Get(verb.job);
    if (!job) return Complain(job.error());
    const std::string line = "round " + ShowRounds(*job) + " " + job->outcome + ": allocated " +
                             std::to_string(job->allocated) + "/" + std::to_string(job->slots) + ", reported " +
                             std::to_string(job->reported);
    if (line != last) std::cerr << line << "\n";
    last = line;
    if (job->outcome != "open" || WaitForStop(kWatchEvery)) {
      Print(verb, *job);
      return 0;
    }
  }
}

void PrintReport(const JobVerb& verb, const JobReport& report) {
  const JobTotals totals = TotalsOf(report);
  if (verb.format == "json") {
    const Json json{{"id", report.job_id},
                    {"rounds_completed", totals.completed},
                    {"test_accuracy", report.final.accuracy},
                    {"test_loss", report.final.loss},
                    {"jct_seconds", Seconds(report.completion)},
                    {"ledgers_balance", totals.ledgers_balance}};
    std::cout << json.dump(2) << "\n";
    return;
  }
  std::cout << "job " << report.job_id << ": " << totals.completed << " rounds completed in "
            << ShowDuration(report.completion) << ", test accuracy " << ShowPercent(report.final.accuracy) << "\n";
}

int Train(const JobVerb& verb, const sdk::JobOptions& where, const JobFile& file) {
  const Result<Digits> test = LoadDigits(verb.mnist, false);
  if (!test) return propius::Complain(test.error());
  JobWatch watch;
  watch.registered = [](std::uint64_t id) { std::cerr << "job " << id << " is registered\n"; };
  watch.round_done = [&](const JobRound& round) {
    std::cerr << "round " << round.round << "/" << file.spec.rounds << " " << round.outcome << ": " << round.count
              << " contributions, accuracy " << ShowPercent(round.accuracy) << "\n";
  };
  watch.cancelled = [] { return WaitForStop(0s); };
  // That it cannot be written is told in the end, when the model is.
  watch.checkpoint = [&](const std::string& model) {
    if (!verb.out.empty()) static_cast<void>(WriteFile(verb.out, model));
  };
  const std::string checkpoint = verb.out.empty() ? "" : ReadFile(verb.out).value_or("");
  const auto report = RunTrainingJob(where, file, *test, kQuickTest, watch, checkpoint);
  if (!report) return Complain(report.error());
  if (!verb.out.empty()) {
    if (const Status written = WriteFile(verb.out, report->model); !written) return propius::Complain(written.error());
  }
  PrintReport(verb, *report);
  return 0;
}

int Submit(const JobVerb& verb, sdk::Jobs& jobs) {
  const Result<JobFile> file = ReadJobFile(verb.file);
  if (!file) return propius::Complain(file.error());
  sdk::JobOptions where;
  where.job_manager = verb.job_manager;
  where.token = verb.token;
  where.idempotency_key = verb.key;
  if (file->train && !verb.register_only) return Train(verb, where, *file);
  const auto job = sdk::Job::Register(where, MakeRequest(file->spec));
  if (!job) return Complain(job.error());
  const auto summary = jobs.Get(job->id());
  if (!summary) return Complain(summary.error());
  Print(verb, *summary);
  return 0;
}

}  // namespace

int RunJob(const JobVerb& verb) {
  sdk::JobsOptions options;
  options.job_manager = verb.job_manager;
  options.token = verb.token;
  sdk::Jobs jobs(options);
  if (verb.action == "submit") return Submit(verb, jobs);
  if (verb.action == "ls") return List(verb, jobs);
  if (verb.action == "why") return Why(verb, jobs);
  if (verb.action == "watch") return Watch(verb, jobs);
  const auto job = verb.action == "stop" ? jobs.Finish(verb.job) : jobs.Get(verb.job);
  if (!job) return Complain(job.error());
  Print(verb, *job);
  return 0;
}

}  // namespace propius
