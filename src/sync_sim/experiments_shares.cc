// Where the workers' time goes, and what becomes of data that is unevenly spread.
#include <algorithm>
#include <iterator>

#include "report/number.h"
#include "sync_sim/experiment_parts.h"

namespace propius {
namespace {

// The paper's second testbed: seconds of a mini-batch on each of three machines as its logs have them, and a commit
// that took as long as its logs imply.
constexpr double kMachines[] = {0.49, 0.40, 1.49};
constexpr double kCommitOfThree = 8.6;

const char* PaperWaiting(const std::string& scheme) {
  if (scheme == "bsp") return "95.3 %";
  if (scheme.starts_with("ssp")) return "90.6 %";
  if (scheme == "fixed_adacomm") return "56.3 %";
  if (scheme == "adacomm") return "54.3 %";
  if (scheme == "adsp") return "6.2 %";
  return "–";
}

const char* PaperSaving(const std::string& scheme) {
  if (scheme == "bsp") return "-92 %";
  if (scheme.starts_with("ssp")) return "-85 %";
  if (scheme == "fixed_adacomm") return "-50 %";
  if (scheme == "adacomm") return "-32 %";
  return "–";
}

SyncFindings ConcludeWaiting(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  for (const std::string& group : GroupsOf(runs)) {
    const bool as_paper = group == "3 machines";
    Table table{.title = group,
                .columns = {{.title = "scheme"},
                            {.title = "time", .number = true},
                            {.title = "steps", .number = true},
                            {.title = "waiting", .number = true},
                            {.title = "blocked", .number = true},
                            {.title = "ADSP vs it", .number = true}},
                .rows = {},
                .caption = as_paper ? "The paper's figures are from this setting, with a CNN." : ""};
    if (as_paper) {
      table.columns.push_back({.title = "paper: waiting", .number = true});
      table.columns.push_back({.title = "paper: ADSP vs it", .number = true});
    }
    const SyncRun* adsp = FindRun(runs, group, "adsp");
    int color = 0;
    std::vector<SyncRun> here;
    for (const SyncRun& run : runs) {
      if (run.group != group) continue;
      here.push_back(run);
      const std::string& scheme = run.settings.scheme;
      std::vector<Cell> row{Cell(scheme, color++),
                            ShowTime(&run),
                            ShowCount(static_cast<std::int64_t>(run.record.steps)),
                            ShowPercent(run.record.waiting_share),
                            ShowPercent(run.record.blocked_share),
                            scheme == "adsp" ? "" : ShowSaving(adsp, &run)};
      if (as_paper) {
        row.emplace_back(PaperWaiting(scheme));
        row.emplace_back(PaperSaving(scheme));
      }
      table.rows.push_back(std::move(row));
    }
    findings.tables.push_back(std::move(table));
    findings.figures.push_back(WaitingBars(here, "Where the time goes: " + group));
  }
  return findings;
}

SyncFindings ConcludeSkew(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  for (const std::string& group : GroupsOf(runs)) {
    Table table{.title = group,
                .columns = {{.title = "scheme"},
                            {.title = "test loss", .number = true},
                            {.title = "accuracy", .number = true},
                            {.title = "fewest commits", .number = true},
                            {.title = "most commits", .number = true}},
                .rows = {},
                .caption =
                    "After one budget of virtual time. Whoever lets fast workers commit more often forgets what "
                    "only slow ones have seen; equal counts are what ADSP's compensation is for."};
    int color = 0;
    for (const SyncRun& run : runs) {
      if (run.group != group) continue;
      const auto& commits = run.record.commits_per_worker;
      const auto [fewest, most] = std::ranges::minmax(commits);
      table.rows.push_back({Cell(run.settings.scheme, color++), ShowFixed(run.record.final_loss, 3),
                            ShowFixed(run.record.final_accuracy, 3), ShowCount(static_cast<std::int64_t>(fewest)),
                            ShowCount(static_cast<std::int64_t>(most))});
    }
    findings.tables.push_back(std::move(table));
    Figure curves = Curves(runs, group, true);
    curves.title += ", " + group;
    findings.figures.push_back(std::move(curves));
  }
  return findings;
}

}  // namespace

SyncExperiment AdspWaiting() {
  return {"adsp-waiting", "The share of time that workers do not train",
          [](const RunSettings& base, bool quick) {
            RunSettings three = base;
            three.workers = 3;
            three.step_seconds.assign(std::begin(kMachines), std::end(kMachines));
            three.commit_seconds = kCommitOfThree;
            std::vector<Variant> variants{{std::to_string(base.workers) + " workers", base}, {"3 machines", three}};
            if (quick) {
              variants.erase(variants.begin() + 1);
              return Cross(variants, {"fixed_adacomm", "adsp"});
            }
            return Cross(variants, {"bsp", "ssp:lazy=1", "fixed_adacomm", "adacomm", "adsp"});
          },
          ConcludeWaiting};
}

SyncExperiment AdspSkew() {
  return {"adsp-skew", "Labels that go with speed, and labels drawn by Dirichlet, in a fixed time",
          [](const RunSettings& base, bool quick) {
            RunSettings budget = base;
            budget.heterogeneity = 3.2;
            budget.goal = -1;
            budget.limit_seconds = quick ? 600 : 4000;
            RunSettings speed = budget;
            speed.skew = "speed";
            RunSettings dirichlet = budget;
            dirichlet.skew = "dirichlet:0.1";
            std::vector<Variant> variants{{"digits 7 to 9 only with the slow", speed}};
            if (!quick) variants.push_back({"Dirichlet 0.1", dirichlet});
            if (quick) return Cross(variants, {"adsp", "fedbuff:k=6"});
            return Cross(variants, {"bsp", "asp", "fixed_adacomm", "esync", "fedbuff:k=6", "adsp", "adsp:rate=6",
                                    "adsp:rate=10:commit_share=1"});
          },
          ConcludeSkew};
}

}  // namespace propius
