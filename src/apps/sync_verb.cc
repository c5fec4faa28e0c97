#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "apps/stop_signal.h"
#include "apps/sync_data.h"
#include "apps/sync_screen.h"
#include "apps/testbed.h"
#include "apps/verbs.h"
#include "base/event.h"
#include "base/quote.h"
#include "base/real_runtime.h"
#include "config/files.h"
#include "sync_sim/summary.h"
#include "sync_sim/testbed_parts.h"
#include "sync_sim/training_run.h"

namespace propius {
namespace {

// The folder is made anew, but only if it is one of ours or empty.
Status PrepareFolder(const std::filesystem::path& folder) {
  std::error_code error;
  const bool there = std::filesystem::exists(folder, error);
  if (there && !std::filesystem::is_directory(folder, error)) {
    return Fail(Code::kInvalidArgument, "--out: expected a folder, got the file " + folder.string());
  }
  if (there && !std::filesystem::is_empty(folder, error)) {
    const Result<std::string> text = ReadFile(folder / "summary.json");
    const auto summary = nlohmann::json::parse(text ? *text : "", nullptr, false);
    if (!summary.is_object() || summary.value("schema", nlohmann::json()) != "propius.sync/1") {
      return Fail(Code::kInvalidArgument,
                  "--out: expected an empty folder or an earlier run's, got " + folder.string());
    }
  }
  return MakeFolder(folder);
}

// What real devices do not do.
Status CheckTestbed(const RunSettings& settings) {
  if (settings.push != "dense") {
    return Fail(Code::kInvalidArgument, "--push: expected dense with --testbed, got " + Quote(settings.push));
  }
  if (settings.server_seconds > 0) {
    return Fail(Code::kInvalidArgument, "--server-seconds: expected none with --testbed, whose server is real");
  }
  return {};
}

Result<std::vector<PlannedRun>> PlanOf(const SyncVerb& verb, const SyncExperiment*& experiment) {
  if (!verb.experiment.empty()) {
    experiment = FindSyncExperiment(verb.experiment);
    if (experiment == nullptr) {
      std::string known;
      for (const SyncExperiment& one : AllSyncExperiments()) known += (known.empty() ? "" : ", ") + one.name;
      return Fail(Code::kInvalidArgument, "--experiment: expected one of " + known + ", got " + Quote(verb.experiment));
    }
    if (!verb.schemes.empty()) {
      return Fail(Code::kInvalidArgument, "--schemes: expected none beside --experiment, which has its own");
    }
    if (verb.testbed) {
      return Fail(Code::kInvalidArgument, "--testbed: expected --schemes beside it, got --experiment");
    }
    return experiment->plan(verb.settings, verb.quick);
  }
  RunSettings settings = verb.settings;
  if (verb.testbed) {
    if (const Status possible = CheckTestbed(settings); !possible) return tl::unexpected(possible.error());
    auto hastened = Hastened(settings, verb.time_scale);
    if (!hastened) return tl::unexpected(hastened.error());
    settings = *std::move(hastened);
  }
  std::vector<PlannedRun> plan;
  for (const std::string& scheme :
       verb.schemes.empty() ? std::vector<std::string>{"bsp", "fixed_adacomm", "adsp"} : verb.schemes) {
    PlannedRun run{"", settings};
    run.settings.scheme = scheme;
    plan.push_back(std::move(run));
  }
  return plan;
}

// A typing error in the last scheme should not cost the time of all the others.
Status CheckPlan(const std::vector<PlannedRun>& plan) {
  SyncRegistry registry;
  AddBuiltinSyncModels(registry);
  for (const PlannedRun& run : plan) {
    const Result<TrainingOptions> options = OptionsOf(run.settings);
    if (!options) return tl::unexpected(options.error());
    const Result<SyncChoice> choice = ParseSyncChoice(run.settings.scheme);
    if (!choice) return tl::unexpected(choice.error());
    if (const auto model = registry.Make(*choice, options->job); !model) return tl::unexpected(model.error());
  }
  return {};
}

Status WriteStudy(const SyncStudy& study, const std::filesystem::path& folder) {
  for (const auto& [name, text] : {std::pair<std::string, std::string>{"curves.csv", SyncCurvesCsv(study.runs)},
                                   {"checkpoints.csv", SyncCheckpointsCsv(study.runs)},
                                   {"report.html", Render(SyncPage(study))},
                                   {"summary.json", SyncSummaryJson(study)}}) {
    if (const Status written = WriteFile(folder / name, text); !written) return written;
  }
  return {};
}

// One scheme after the other: they would slow each other down.
Status RunOnTestbed(const SyncVerb& verb, Laboratory& laboratory, SyncScreen& screen, std::vector<SyncRun>& runs) {
  const std::filesystem::path all = std::filesystem::absolute(verb.out) / "testbed";
  std::error_code ignored;
  std::filesystem::remove_all(all, ignored);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto task = laboratory.MakeTask(runs[i].settings);
    if (!task) return tl::unexpected(task.error());
    TestbedOptions options;
    options.folder = all / std::to_string(i);
    options.mnist = std::filesystem::absolute(verb.mnist);
    options.fashion = std::filesystem::absolute(verb.fashion);
    options.stopped = [&](double time_s, double loss) {
      screen.ShowReal(runs[i].settings.scheme, time_s, loss);
      return false;
    };
    auto record = RunTestbed(runs[i].settings, **task, options);
    if (!record) return tl::unexpected(record.error());
    runs[i].record.testbed = *std::move(record);
  }
  return {};
}

void PrintTables(const SyncStudy& study) {
  if (HasTestbed(study.runs)) std::cout << TerminalText(TestbedTable(study.runs)) << "\n";
  if (study.experiment == nullptr) {
    std::cout << TerminalText(SyncRunTable(study.runs));
  } else {
    const SyncFindings findings = study.experiment->conclude(study.runs);
    for (const Table& table : findings.tables) std::cout << TerminalText(table) << "\n";
    for (const std::string& remark : findings.remarks) std::cout << remark << "\n";
  }
  for (const SyncRun& run : study.runs) {
    for (const std::string& warning : run.record.warnings) {
      std::cout << run.settings.scheme << ": " << warning << "\n";
    }
  }
}

}  // namespace

int RunSync(const SyncVerb& verb) {
  SyncStudy study{.version = PROPIUS_VERSION, .experiment = nullptr, .runs = {}};
  const Result<std::vector<PlannedRun>> plan = PlanOf(verb, study.experiment);
  if (!plan) return Complain(plan.error());
  if (const Status checked = CheckPlan(*plan); !checked) return Complain(checked.error());
  if (const Status prepared = PrepareFolder(verb.out); !prepared) return Complain(prepared.error());

  SyncData data({{"mnist", verb.mnist}, {"fashion", verb.fashion}});
  Laboratory laboratory(
      [&](const std::string& name) { return data.Pooled(name); },
      [&](const RunSettings& settings, const Shards& shards) { return data.MakeCnn(settings, shards); });
  SyncScreen screen(isatty(STDERR_FILENO) == 1);
  const Time began = RealNow();
  const unsigned cores = verb.cores > 0 ? verb.cores : std::max(1U, std::thread::hardware_concurrency());
  // A run's unwise settings are told at the end, beside its results.
  const EventSink sink = SetEventSink([](Severity, std::string_view, const std::vector<EventField>&) {});
  auto runs = RunStudy(*plan, laboratory, cores, [&](const StudyProgress& progress) {
    screen.Show(progress, RealNow() - began);
    return !WaitForStop(0s);
  });
  SetEventSink(sink);
  if (!runs) return Complain(runs.error());
  study.runs = *std::move(runs);
  if (verb.testbed) {
    if (const Status real = RunOnTestbed(verb, laboratory, screen, study.runs); !real) return Complain(real.error());
  }
  screen.End();
  if (const Status written = WriteStudy(study, verb.out); !written) return Complain(written.error());
  if (verb.format == "json") {
    std::cout << SyncSummaryJson(study);
  } else {
    PrintTables(study);
    std::cout << "Report: " << (verb.out / "report.html").string() << "\n";
  }
  return 0;
}

}  // namespace propius
