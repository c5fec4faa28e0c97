#include "sync_sim/summary.h"

#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "sync_sim/testbed_parts.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no NaN.
Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json SettingsJson(const RunSettings& settings) {
  Json json{{"model", settings.model},
            {"dataset", settings.dataset},
            {"skew", settings.skew},
            {"workers", settings.workers},
            {"heterogeneity", settings.heterogeneity},
            {"jitter", settings.jitter},
            {"commit_seconds", settings.commit_seconds},
            {"server_seconds", settings.server_seconds},
            {"eta", settings.eta > 0 ? settings.eta : 1.0 / settings.workers},
            {"local_rate", settings.local_rate},
            {"momentum", settings.momentum},
            {"gamma_seconds", settings.gamma_seconds},
            {"goal", settings.goal},
            {"limit_seconds", settings.limit_seconds},
            {"test_every_seconds", settings.test_every_seconds},
            {"batch", settings.batch},
            {"push", settings.push},
            {"seed", settings.seed}};
  if (!settings.step_seconds.empty()) {
    json["step_seconds"] = settings.step_seconds;
    json.erase("heterogeneity");
  }
  if (settings.slowdown != 1) {
    json["slowdown_at_s"] = settings.slowdown_at;
    json["slowdown"] = settings.slowdown;
  }
  return json;
}

Json RunJson(const SyncRun& run) {
  const SyncRecord& record = run.record;
  Json json{{"scheme", record.scheme}};
  if (!run.group.empty()) json["group"] = run.group;
  json["time_to_target_s"] = record.time_to_target_s;
  json["reached"] = record.reached;
  json["diverged"] = record.diverged;
  json["ended_s"] = record.ended_s;
  json["steps"] = record.steps;
  json["steps_to_target"] = record.steps_to_target;
  json["commits"] = record.commits;
  json["busy_share"] = record.busy_share;
  json["waiting_share"] = record.waiting_share;
  json["blocked_share"] = record.blocked_share;
  json["final_loss"] = Number(record.final_loss);
  json["final_accuracy"] = record.final_accuracy;
  json["commits_per_worker"] = record.commits_per_worker;
  json["steps_per_worker"] = record.steps_per_worker;
  json["widest_gap"] = record.widest_gap;
  json["sent_share"] = record.sent_share;
  json["server_gain"] = record.server_gain;
  json["implicit_momentum"] = record.implicit_momentum;
  json["warnings"] = record.warnings;
  if (record.testbed) {
    const TestbedRecord& real = *record.testbed;
    json["testbed"] = {{"time_to_target_s", real.time_to_target_s},
                       {"reached", real.reached},
                       {"difference", Number(TestbedDifference(run))},
                       {"ended_s", real.ended_s},
                       {"steps", real.steps},
                       {"commits", real.commits},
                       {"waiting_share", real.waiting_share},
                       {"final_loss", Number(real.final_loss)},
                       {"final_accuracy", real.final_accuracy},
                       {"load_before", real.load_before},
                       {"load_after", real.load_after}};
  }
  json["settings"] = SettingsJson(run.settings);
  return json;
}

Json TableJson(const Table& table) {
  Json columns = Json::array();
  for (const TableColumn& column : table.columns) columns.push_back(column.title);
  Json rows = Json::array();
  for (const auto& cells : table.rows) {
    Json row = Json::array();
    for (const Cell& cell : cells) row.push_back(cell.text);
    rows.push_back(std::move(row));
  }
  return {{"title", table.title}, {"columns", columns}, {"rows", rows}, {"caption", table.caption}};
}

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

std::string Lead(std::size_t index, const SyncRun& run) {
  return std::to_string(index) + "," + Quoted(run.group) + "," + Quoted(run.settings.scheme);
}

}  // namespace

std::string SyncSummaryJson(const SyncStudy& study) {
  Json json{{"schema", "propius.sync/1"}, {"version", study.version}};
  if (study.experiment != nullptr) json["experiment"] = study.experiment->name;
  json["runs"] = Json::array();
  for (const SyncRun& run : study.runs) json["runs"].push_back(RunJson(run));
  if (study.experiment != nullptr) {
    const SyncFindings findings = study.experiment->conclude(study.runs);
    json["tables"] = Json::array();
    for (const Table& table : findings.tables) json["tables"].push_back(TableJson(table));
    json["remarks"] = findings.remarks;
  }
  return json.dump(1) + "\n";
}

std::string SyncCurvesCsv(const std::vector<SyncRun>& runs) {
  std::string csv = "run,group,scheme,time_s,loss,accuracy\n";
  char line[96];
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const CurvePoint& point : runs[i].record.curve) {
      std::snprintf(line, sizeof line, ",%.6g,%.6g,%.6g\n", point.time_s, point.loss, point.accuracy);
      csv += Lead(i, runs[i]) + line;
    }
  }
  return csv;
}

std::string SyncCheckpointsCsv(const std::vector<SyncRun>& runs) {
  std::string csv = "run,group,scheme,time_s,fewest_commits,most_commits,knob\n";
  char line[96];
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const SyncCheckpoint& checkpoint : runs[i].record.checkpoints) {
      std::snprintf(line, sizeof line, ",%.6g,%llu,%llu,%.6g\n", checkpoint.time_s,
                    static_cast<unsigned long long>(checkpoint.fewest_commits),
                    static_cast<unsigned long long>(checkpoint.most_commits), checkpoint.knob);
      csv += Lead(i, runs[i]) + line;
    }
  }
  return csv;
}

}  // namespace propius
