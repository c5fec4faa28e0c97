#include "experiments/summary.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "experiments/findings_json.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "propius.simulate/1";

Json Write(const JobRecord& job) {
  return {{"id", job.id},
          {"start_s", job.start_s},
          {"finish_s", job.finish_s},
          {"rounds", job.rounds},
          {"aborts", job.aborts},
          {"demand", job.demand},
          {"requirement", job.requirement},
          {"scheduling_s", job.scheduling_s},
          {"collecting_s", job.collecting_s}};
}

JobRecord ReadJob(const Json& json) {
  return {.id = json.value("id", std::uint64_t{0}),
          .start_s = json.value("start_s", 0.0),
          .finish_s = json.value("finish_s", -1.0),
          .rounds = json.value("rounds", 0U),
          .aborts = json.value("aborts", 0U),
          .demand = json.value("demand", 0U),
          .requirement = json.value("requirement", 0),
          .scheduling_s = json.value("scheduling_s", 0.0),
          .collecting_s = json.value("collecting_s", 0.0)};
}

void WriteSetting(const RunAsked& asked, Json& json) {
  const DevicesAsked& devices = asked.devices;
  json["rules"] = RulesName(asked.rules);
  json["mode"] = asked.mode;
  json["strict"] = asked.strict;
  json["dispatch_delay_s"] = asked.dispatch_delay ? Json(Seconds(*asked.dispatch_delay)) : Json();
  json["speed_noise"] = asked.speed_noise;
  json["speed_known"] = asked.speed_known;
  json["latency_s"] = Seconds(asked.latency);
  json["loss"] = asked.loss;
  json["devices"] = devices.devices;
  json["population"] = asked.population;
  json["rate"] = devices.rate;
  json["days"] = devices.days;
  json["files"] = {{"jobs", asked.jobs},
                   {"checkins", devices.checkins},
                   {"capacity", devices.capacity},
                   {"eligibility", devices.eligibility}};
}

Json Write(const FinishedRun& run) {
  const RunAsked& asked = run.asked;
  const RunRecord& record = run.record;
  Json jobs = Json::array();
  for (const JobRecord& job : record.jobs) jobs.push_back(Write(job));
  Json json{{"policy", asked.policy}, {"workload", asked.workload}, {"seed", asked.seed}, {"variant", asked.variant}};
  WriteSetting(asked, json);
  json["avg_jct_s"] = record.average_jct();
  json["makespan_s"] = record.makespan_s;
  json["finished"] = record.finished();
  json["unfinished"] = Unfinished(record);
  json["jobs"] = std::move(jobs);
  json["avg_queue_delay_s"] = record.avg_queue_delay_s;
  json["utilization"] = record.utilization;
  json["utilization_of_all"] = record.utilization_of_all;
  json["bindings"] = record.bindings;
  json["bindings_per_second"] = record.bindings_per_second;
  json["bindings_per_waiting_second"] = record.bindings_per_waiting_second;
  json["ineligible_offers"] = record.ineligible_offers;
  json["checkins"] = record.checkins;
  json["plans"] = record.plans;
  json["loop_cpu_s"] = record.loop_cpu_s;
  json["digest"] = record.digest;
  json["supply_by_hour"] = record.supply_by_hour;
  return json;
}

void ReadSetting(const Json& json, RunAsked& asked) {
  asked.rules =
      json.value("rules", "") == RulesName(EventRules::kReleased) ? EventRules::kReleased : EventRules::kProduction;
  asked.mode = json.value("mode", asked.mode);
  asked.strict = json.value("strict", false);
  asked.speed_noise = json.value("speed_noise", 0.0);
  asked.speed_known = json.value("speed_known", true);
  asked.latency = FromSeconds(json.value("latency_s", 0.0));
  asked.loss = json.value("loss", 0.0);
  asked.population = json.value("population", 0U);
  const Json files = json.value("files", Json::object());
  asked.jobs = files.value("jobs", "");
  asked.devices = {.checkins = files.value("checkins", ""),
                   .capacity = files.value("capacity", ""),
                   .eligibility = files.value("eligibility", ""),
                   .devices = json.value("devices", 0U),
                   .rate = json.value("rate", 0.0),
                   .days = json.value("days", 0.0)};
  if (json.contains("dispatch_delay_s") && json["dispatch_delay_s"].is_number()) {
    asked.dispatch_delay = FromSeconds(json["dispatch_delay_s"].get<double>());
  }
}

FinishedRun ReadRun(const Json& json) {
  FinishedRun run;
  RunAsked& asked = run.asked;
  asked.policy = json.value("policy", "");
  asked.workload = json.value("workload", "");
  asked.seed = json.value("seed", std::uint64_t{0});
  asked.variant = json.value("variant", "");
  ReadSetting(json, asked);
  RunRecord& record = run.record;
  record.policy = asked.policy;
  record.workload = asked.workload;
  record.seed = asked.seed;
  for (const Json& job : json.value("jobs", Json::array())) record.jobs.push_back(ReadJob(job));
  record.makespan_s = json.value("makespan_s", 0.0);
  record.avg_queue_delay_s = json.value("avg_queue_delay_s", 0.0);
  record.utilization = json.value("utilization", 0.0);
  record.utilization_of_all = json.value("utilization_of_all", 0.0);
  record.bindings = json.value("bindings", std::uint64_t{0});
  record.bindings_per_second = json.value("bindings_per_second", 0.0);
  record.bindings_per_waiting_second = json.value("bindings_per_waiting_second", 0.0);
  record.ineligible_offers = json.value("ineligible_offers", std::uint64_t{0});
  record.checkins = json.value("checkins", std::uint64_t{0});
  record.plans = json.value("plans", std::uint64_t{0});
  record.loop_cpu_s = json.value("loop_cpu_s", 0.0);
  record.digest = json.value("digest", "");
  record.supply_by_hour = json.value("supply_by_hour", record.supply_by_hour);
  return run;
}

}  // namespace

std::string SummaryJson(const Simulation& simulation) {
  Json runs = Json::array();
  for (const FinishedRun& run : simulation.runs) runs.push_back(Write(run));
  Json json{{"schema", kSchema}, {"version", simulation.version}};
  if (simulation.findings) json["experiment"] = FindingsToJson(*simulation.findings);
  json["runs"] = std::move(runs);
  return json.dump(1) + "\n";
}

Result<Simulation> ParseSummary(std::string_view text, const std::string& name) {
  // Foreign text may have any value anywhere; the library tells of it by throwing.
  try {
    const Json json = Json::parse(text);
    if (const std::string schema = json.value("schema", ""); schema != kSchema) {
      return Fail(Code::kInvalidArgument,
                  name + ": expected the schema " + std::string(kSchema) + ", got \"" + schema + "\"");
    }
    Simulation simulation;
    simulation.version = json.value("version", "");
    for (const Json& run : json.at("runs")) simulation.runs.push_back(ReadRun(run));
    if (json.contains("experiment")) simulation.findings = FindingsFromJson(json["experiment"]);
    return simulation;
  } catch (const Json::exception& error) {
    return Fail(Code::kInvalidArgument, name + ": expected a summary as docs/results.md has it: " + error.what());
  }
}

std::string JobsCsv(const std::vector<FinishedRun>& runs) {
  std::ostringstream csv;
  csv.precision(15);
  csv << "policy,workload,variant,devices,seed,job,requirement,demand,rounds,aborts,start_s,finish_s,jct_s,"
         "scheduling_s,collecting_s\n";
  for (const FinishedRun& run : runs) {
    for (const JobRecord& job : run.record.jobs) {
      csv << run.asked.policy << "," << run.asked.workload << "," << run.asked.variant << ","
          << (run.asked.population > 0 ? run.asked.population : run.asked.devices.devices) << "," << run.asked.seed
          << "," << job.id << "," << job.requirement << "," << job.demand << "," << job.rounds << "," << job.aborts
          << "," << job.start_s << ",";
      // An unfinished job has neither.
      if (job.finish_s >= 0) csv << job.finish_s << "," << job.finish_s - job.start_s;
      if (job.finish_s < 0) csv << ",";
      csv << "," << job.scheduling_s << "," << job.collecting_s << "\n";
    }
  }
  return csv.str();
}

std::string EventLines(const std::vector<FinishedRun>& runs) {
  std::string lines;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const FinishedRun& run = runs[i];
    lines += Json{{"event", "run"},
                  {"run", i},
                  {"policy", run.asked.policy},
                  {"workload", run.asked.workload},
                  {"variant", run.asked.variant},
                  {"seed", run.asked.seed}}
                 .dump() +
             "\n";
    std::vector<std::pair<double, Json>> events;
    for (const JobRecord& job : run.record.jobs) {
      events.push_back({job.start_s, {{"event", "job_came"}, {"run", i}, {"at_s", job.start_s}, {"job", job.id}}});
      if (job.finish_s < 0) continue;
      events.push_back({job.finish_s,
                        {{"event", "job_finished"},
                         {"run", i},
                         {"at_s", job.finish_s},
                         {"job", job.id},
                         {"rounds", job.rounds},
                         {"aborts", job.aborts}}});
    }
    std::ranges::stable_sort(events, {}, [](const auto& event) { return event.first; });
    for (const auto& [at, event] : events) lines += event.dump() + "\n";
  }
  return lines;
}

}  // namespace propius
