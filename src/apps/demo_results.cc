#include "apps/demo_results.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "config/files.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

double Rounded(double seconds) { return std::round(seconds * 1e3) / 1e3; }
double Rounded(Duration duration) { return Rounded(Seconds(duration)); }

const DemoJob* JobOf(const DemoResults& results, std::uint64_t id) {
  const auto found = std::ranges::find(results.jobs, id, [](const DemoJob& job) { return job.report.job_id; });
  return found == results.jobs.end() ? nullptr : &*found;
}

Json SummariseJob(const DemoResults& results, const DemoJob& job) {
  const JobTotals totals = TotalsOf(job.report);
  const Attributes& needs = job.file.spec.needs.bounds();
  const auto eligible = std::ranges::count_if(
      results.fleet, [&](const FleetDevice& device) { return job.file.spec.needs.Admits(device.phone.attributes); });
  Json wanted = Json::object();
  for (const Attribute& bound : needs.entries()) wanted[bound.name] = bound.value;
  return {{"name", job.file.spec.name},
          {"tenant", job.tenant},
          {"model", job.file.train->model},
          {"demand", job.file.spec.demand},
          {"over_commit", job.file.spec.over_commit},
          {"needs", wanted},
          {"eligible_devices", eligible},
          {"sync", job.file.spec.sync ? Json(job.file.spec.sync->model) : Json(nullptr)},
          {"rounds", job.file.spec.rounds},
          {"rounds_completed", totals.completed},
          {"test_accuracy", job.report.final.accuracy},
          {"test_loss", job.report.final.loss},
          {"jct_seconds", Rounded(job.report.completion)},
          {"scheduling_seconds", Rounded(totals.scheduling)},
          {"collection_seconds", Rounded(totals.collection)},
          {"contributions", totals.contributions},
          {"devices_used", DevicesOf(results, job.report.job_id)},
          {"ledgers_balance", totals.ledgers_balance}};
}

Json RoundEvent(const DemoJob& job, const JobRound& round) {
  return {{"event", "round"},
          {"job", job.file.spec.name},
          {"round", round.round},
          {"outcome", round.outcome},
          {"began", Rounded(job.registered + round.began)},
          {"scheduling", Rounded(round.scheduling)},
          {"collection", Rounded(round.collection)},
          {"ended", Rounded(job.registered + round.ended)},
          {"contributions", round.count},
          {"total_weight", round.total_weight},
          {"accuracy", round.accuracy},
          {"loss", round.loss},
          {"ledger", round.ledger},
          {"ledger_balances", round.ledger_balances}};
}

Json LookEvent(const DemoJob& job, const JobLook& look) {
  return {{"event", "look"},         {"job", job.file.spec.name}, {"at", Rounded(job.registered + look.at)},
          {"commits", look.commits}, {"workers", look.workers},   {"accuracy", look.accuracy},
          {"loss", look.loss}};
}

Json DeviceEvent(const FleetDevice& device) {
  Json event{{"event", "device"}, {"device", std::to_string(device.id)}, {"phone", device.phone.model}};
  for (const Attribute& attribute : device.phone.attributes.entries()) event[attribute.name] = attribute.value;
  event["ms_per_sample"] = device.phone.ms_per_sample;
  event["samples"] = device.images.size();
  return event;
}

Json TaskEvent(const DemoResults& results, const DemoTask& task) {
  const DemoJob* job = JobOf(results, task.job);
  return {{"event", "task"},
          {"job", job == nullptr ? "" : job->file.spec.name},
          {"round", task.round},
          {"device", std::to_string(task.device)},
          {"began", Rounded(task.began)},
          {"ended", Rounded(task.ended)},
          {"end", task.end}};
}

}  // namespace

FleetFigures FiguresOf(const DemoResults& results) {
  Duration first = Duration::max();
  Duration last{};
  for (const DemoJob& job : results.jobs) {
    first = std::min(first, job.registered);
    last = std::max(last, job.registered + job.report.completion);
  }
  FleetFigures figures;
  if (results.jobs.empty() || last <= first || results.fleet.empty()) return figures;
  std::map<std::uint64_t, Duration> busy;
  Duration sum{};
  for (const DemoTask& task : results.tasks) {
    const Duration spent = std::min(task.ended, last) - std::max(task.began, first);
    if (spent <= 0us) continue;
    busy[task.device] += spent;
    sum += spent;
  }
  figures.makespan_seconds = Seconds(last - first);
  figures.used = busy.size();
  figures.utilization = Seconds(sum) / figures.makespan_seconds / static_cast<double>(results.fleet.size());
  if (figures.used > 0) {
    figures.utilization_of_used = Seconds(sum) / figures.makespan_seconds / static_cast<double>(figures.used);
  }
  return figures;
}

std::size_t DevicesOf(const DemoResults& results, std::uint64_t job_id) {
  std::set<std::uint64_t> devices;
  for (const DemoTask& task : results.tasks) {
    if (task.job == job_id && task.end == "committed") devices.insert(task.device);
  }
  return devices.size();
}

Result<std::vector<DemoTask>> ReadTasks(const std::vector<std::filesystem::path>& files, Time began) {
  std::vector<DemoTask> tasks;
  for (const std::filesystem::path& file : files) {
    const Result<std::string> text = ReadFile(file);
    if (!text) return tl::unexpected(text.error());
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      const Json entry = Json::parse(line, nullptr, false);
      // A process that was stopped may have been in the middle of its last line.
      if (entry.is_discarded()) continue;
      const auto since_start = [&](const char* key) {
        return FromSeconds(entry.value(key, 0.0)) - began.time_since_epoch();
      };
      tasks.push_back({.device = std::stoull(entry.value("device", "0")),
                       .job = entry.value("job", std::uint64_t{0}),
                       .round = entry.value("round", 0U),
                       .end = entry.value("end", ""),
                       .began = since_start("began"),
                       .ended = since_start("ended")});
    }
  }
  std::ranges::sort(tasks, {}, [](const DemoTask& task) { return std::pair(task.began, task.device); });
  return tasks;
}

std::string SummaryJson(const DemoResults& results) {
  const FleetFigures figures = FiguresOf(results);
  Json jobs = Json::array();
  bool balance = true;
  std::uint64_t contributions = 0;
  for (const DemoJob& job : results.jobs) {
    jobs.push_back(SummariseJob(results, job));
    const JobTotals totals = TotalsOf(job.report);
    balance = balance && totals.ledgers_balance;
    contributions += totals.contributions;
  }
  const Json summary{{"schema", "propius.demo/1"},
                     {"version", PROPIUS_VERSION},
                     {"seed", results.seed},
                     {"quick", results.quick},
                     {"policy", results.policy},
                     {"slowness", results.slowness},
                     {"jobs", jobs},
                     {"fleet",
                      {{"devices", results.fleet.size()},
                       {"devices_used", figures.used},
                       {"utilization", Rounded(figures.utilization)},
                       {"utilization_of_used", Rounded(figures.utilization_of_used)},
                       {"makespan_seconds", Rounded(figures.makespan_seconds)},
                       {"contributions", contributions}}},
                     {"ledgers_balance", balance}};
  return summary.dump(2) + "\n";
}

Status WriteResults(const DemoResults& results, const std::filesystem::path& folder) {
  std::ostringstream events;
  std::ostringstream rounds;
  std::ostringstream tasks;
  rounds << "job,round,outcome,began_s,scheduling_s,collection_s,ended_s,contributions,accuracy,loss\n";
  tasks << "job,round,device,began_s,ended_s,end\n";
  for (const FleetDevice& device : results.fleet) events << DeviceEvent(device).dump() << "\n";
  for (const DemoJob& job : results.jobs) {
    for (const JobLook& look : job.report.looks) events << LookEvent(job, look).dump() << "\n";
    for (const JobRound& round : job.report.rounds) {
      events << RoundEvent(job, round).dump() << "\n";
      rounds << job.file.spec.name << "," << round.round << "," << round.outcome << ","
             << Rounded(job.registered + round.began) << "," << Rounded(round.scheduling) << ","
             << Rounded(round.collection) << "," << Rounded(job.registered + round.ended) << "," << round.count << ","
             << round.accuracy << "," << round.loss << "\n";
    }
  }
  for (const DemoTask& task : results.tasks) {
    const Json event = TaskEvent(results, task);
    events << event.dump() << "\n";
    tasks << event["job"].get<std::string>() << "," << task.round << "," << task.device << "," << Rounded(task.began)
          << "," << Rounded(task.ended) << "," << task.end << "\n";
  }
  for (const auto& [name, text] : {std::pair<std::string, std::string>{"summary.json", SummaryJson(results)},
                                   {"events.jsonl", events.str()},
                                   {"rounds.csv", rounds.str()},
                                   {"tasks.csv", tasks.str()}}) {
    if (const Status written = WriteFile(folder / name, text); !written) return written;
  }
  return {};
}

}  // namespace propius
