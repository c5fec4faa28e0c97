#include "apps/demo_record.h"

#include <sstream>

#include <nlohmann/json.hpp>

#include "config/files.h"

namespace propius {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSchema = "propius.demo/1";

std::string ShowNeeds(const Json& needs) {
  std::ostringstream text;
  for (const auto& [name, bound] : needs.items()) {
    text << (text.tellp() > 0 ? ", " : "") << name << " ≥ " << bound.get<double>();
  }
  return text.str().empty() ? "any device" : text.str();
}

DemoRecord::Job ReadJob(const Json& json) {
  return {.name = json.at("name"),
          .tenant = json.at("tenant"),
          .model = json.at("model"),
          .asynchronous = !json.at("sync").is_null(),
          .demand = json.at("demand"),
          .rounds = json.at("rounds"),
          .rounds_completed = json.at("rounds_completed"),
          .eligible_devices = json.at("eligible_devices"),
          .devices_used = json.at("devices_used"),
          .contributions = json.at("contributions"),
          .test_accuracy = json.at("test_accuracy"),
          .jct_seconds = json.at("jct_seconds"),
          .scheduling_seconds = json.at("scheduling_seconds"),
          .collection_seconds = json.at("collection_seconds"),
          .needs = ShowNeeds(json.at("needs"))};
}

void ReadEvent(const Json& json, DemoRecord& record) {
  const std::string event = json.at("event");
  if (event == "round") {
    record.rounds.push_back({.job = json.at("job"),
                             .round = json.at("round"),
                             .outcome = json.at("outcome"),
                             .contributions = json.at("contributions"),
                             .began = json.at("began"),
                             .scheduling = json.at("scheduling"),
                             .collection = json.at("collection"),
                             .ended = json.at("ended"),
                             .accuracy = json.at("accuracy")});
    record.scores.push_back({.job = json.at("job"), .at = json.at("ended"), .accuracy = json.at("accuracy")});
  } else if (event == "look") {
    record.scores.push_back({.job = json.at("job"), .at = json.at("at"), .accuracy = json.at("accuracy")});
  } else if (event == "device") {
    record.devices.push_back({.id = json.at("device"),
                              .phone = json.at("phone"),
                              .cpu_f = json.at("cpu_f"),
                              .ms_per_sample = json.at("ms_per_sample"),
                              .samples = json.at("samples")});
  } else if (event == "task") {
    record.tasks.push_back({.job = json.at("job"),
                            .device = json.at("device"),
                            .end = json.at("end"),
                            .began = json.at("began"),
                            .ended = json.at("ended")});
  }
}

DemoRecord ReadSummary(const Json& json) {
  const Json& fleet = json.at("fleet");
  DemoRecord record{.seed = json.at("seed"),
                    .quick = json.at("quick"),
                    .policy = json.at("policy"),
                    .utilization = fleet.at("utilization"),
                    .utilization_of_used = fleet.at("utilization_of_used"),
                    .makespan_seconds = fleet.at("makespan_seconds"),
                    .devices_used = fleet.at("devices_used"),
                    .ledgers_balance = json.at("ledgers_balance")};
  for (const Json& job : json.at("jobs")) record.jobs.push_back(ReadJob(job));
  return record;
}

}  // namespace

Result<DemoRecord> ReadDemoRecord(const std::filesystem::path& folder) {
  const Result<std::string> summary = ReadFile(folder / "summary.json");
  if (!summary) return tl::unexpected(summary.error());
  const Result<std::string> events = ReadFile(folder / "events.jsonl");
  if (!events) return tl::unexpected(events.error());
  std::string where = "summary.json";
  try {
    const Json json = Json::parse(*summary);
    if (const std::string schema = json.value("schema", ""); schema != kSchema) {
      return Fail(Code::kInvalidArgument, (folder / where).string() + ": expected the schema " + std::string(kSchema) +
                                              ", got \"" + schema + "\"");
    }
    DemoRecord record = ReadSummary(json);
    std::istringstream lines(*events);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      where = "events.jsonl:" + std::to_string(number);
      ReadEvent(Json::parse(line), record);
    }
    return record;
  } catch (const Json::exception& error) {
    return Fail(Code::kInvalidArgument,
                (folder / where).string() + ": expected a demo's results, got: " + error.what());
  }
}

}  // namespace propius
