// What ADSP's own settings do: the commit rate, its search, the learning rate.
#include <algorithm>
#include <cmath>
#include <limits>

#include "report/number.h"
#include "sync/momentum.h"
#include "sync_sim/experiment_parts.h"

namespace propius {
namespace {

constexpr const char* kFreeRate = "adsp:commit_share=1:least_timer=0:rate=";

RunSettings With(RunSettings settings, auto change) {
  change(settings);
  return settings;
}

double RateOf(const SyncRun& run) {
  const std::size_t at = run.settings.scheme.rfind('=');
  return at == std::string::npos ? 0 : std::strtod(run.settings.scheme.c_str() + at + 1, nullptr);
}

Figure MomentumByRate(const std::vector<SyncRun>& runs) {
  LineChart chart;
  chart.x = {.title = "commits per check period", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  chart.y = {.title = "implicit momentum", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  Series series{.name = "as the authors plot it", .points = {}, .mark = Mark::kLineAndPoints, .color = {}};
  for (const std::string& scheme : SchemesOf(runs)) {
    const auto run = std::ranges::find(runs, scheme, [](const SyncRun& one) { return one.settings.scheme; });
    series.points.push_back({RateOf(*run), PlottedImplicitMomentum(run->settings.workers, RateOf(*run))});
  }
  chart.series.push_back(std::move(series));
  return {.title = "Implicit momentum by commit rate",
          .plot = std::move(chart),
          .caption = "1 - p of the paper's theorem 1. A diagnostic: nothing is steered by it.",
          .half = true};
}

SyncFindings ConcludeCommitRate(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  Table table{.title = "Time to the goal by commit rate",
              .columns = {{.title = "commits per check"}},
              .rows = {},
              .caption =
                  "Flat until commits take about a tenth of the time, then communication. The paper has 1,800 to "
                  "2,200 s for rates of 0.25 to 10 (axis of its plot). Implicit momentum as the authors plot "
                  "it; a diagnostic."};
  LineChart chart;
  chart.x = {.title = "commits per check period", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  chart.y = {.title = "virtual time to the goal", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  const std::vector<std::string> groups = GroupsOf(runs);
  for (const std::string& group : groups) {
    table.columns.push_back({.title = group, .number = true});
    Series series{.name = group, .points = {}, .mark = Mark::kLineAndPoints, .color = {}};
    for (const SyncRun& run : runs) {
      if (run.group != group) continue;
      series.points.push_back(
          {RateOf(run), run.record.reached ? run.record.time_to_target_s : std::numeric_limits<double>::quiet_NaN()});
    }
    chart.series.push_back(std::move(series));
  }
  table.columns.push_back({.title = "implicit momentum", .number = true});
  for (const std::string& scheme : SchemesOf(runs)) {
    std::vector<Cell> row;
    double rate = 0;
    for (const std::string& group : groups) {
      const SyncRun* run = FindRun(runs, group, scheme);
      if (run == nullptr) continue;
      if (row.empty()) {
        rate = RateOf(*run);
        row.emplace_back(ShowCompact(rate));
      }
      row.emplace_back(ShowTime(run));
    }
    row.emplace_back(ShowFixed(PlottedImplicitMomentum(runs.front().settings.workers, rate), 3));
    table.rows.push_back(std::move(row));
  }
  findings.tables.push_back(std::move(table));
  findings.figures.push_back(
      {.title = "Time to the goal by commit rate", .plot = std::move(chart), .caption = "", .half = false});
  findings.figures.push_back(MomentumByRate(runs));
  return findings;
}

SyncFindings ConcludeSearch(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  findings.tables.push_back(TimesByGroup(
      runs, "Time to the goal, rate searched or fixed",
      "The paper's search climbs by one on three noisy losses; ours rejects probes whose loss rose, goes in steps of "
      "two, keeps within what links and workers stand, and stops nobody."));
  LineChart chart;
  chart.x = {.title = "virtual time", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  chart.y = {.title = "commits per check period", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  for (const SyncRun& run : runs) {
    if (!run.settings.scheme.starts_with("adsp:search")) continue;
    Series series{.name = run.group, .points = {}, .mark = Mark::kStep, .color = {}};
    for (const SyncCheckpoint& checkpoint : run.record.checkpoints) {
      series.points.push_back({checkpoint.time_s, checkpoint.knob});
    }
    chart.series.push_back(std::move(series));
  }
  findings.figures.push_back(
      {.title = "What the search does with the rate", .plot = std::move(chart), .caption = "", .half = false});
  findings.remarks = {
      "Between rates that stand close together, a probe of one minute cannot tell: that is why a fixed "
      "rate is the default."};
  return findings;
}

const SyncRun* BestOf(const std::vector<SyncRun>& runs, std::string_view group, std::string_view scheme) {
  const SyncRun* best = nullptr;
  for (const SyncRun& run : runs) {
    if (run.group != group || run.settings.scheme != scheme || !run.record.reached) continue;
    if (best == nullptr || run.record.time_to_target_s < best->record.time_to_target_s) best = &run;
  }
  return best;
}

Figure TimesByLocalRate(const std::vector<SyncRun>& runs, const std::string& group) {
  LineChart chart;
  chart.x = {.title = "local learning rate", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  chart.y = {.title = "virtual time to the goal", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  for (const std::string& scheme : SchemesOf(runs)) {
    Series series{.name = scheme, .points = {}, .mark = Mark::kLineAndPoints, .color = {}};
    for (const SyncRun& run : runs) {
      if (run.group != group || run.settings.scheme != scheme) continue;
      series.points.push_back({run.settings.local_rate, run.record.reached ? run.record.time_to_target_s
                                                                           : std::numeric_limits<double>::quiet_NaN()});
    }
    chart.series.push_back(std::move(series));
  }
  return {.title = "Time to the goal by local rate, " + group,
          .plot = std::move(chart),
          .caption = "A curve ends where the goal is not reached any more.",
          .half = false};
}

SyncFindings ConcludeTuned(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  for (const std::string& group : GroupsOf(runs)) {
    std::vector<double> rates;
    for (const SyncRun& run : runs) {
      if (run.group == group && std::ranges::find(rates, run.settings.local_rate) == rates.end()) {
        rates.push_back(run.settings.local_rate);
      }
    }
    Table table{.title = "Time to the goal by local rate, " + group,
                .columns = {{.title = "scheme"}},
                .rows = {},
                .caption = "The best of each row against ADSP's best."};
    for (const double rate : rates) table.columns.push_back({.title = ShowCompact(rate), .number = true});
    table.columns.push_back({.title = "best", .number = true});
    table.columns.push_back({.title = "ADSP vs it, tuned", .number = true});
    const SyncRun* adsp = nullptr;
    for (const std::string& scheme : SchemesOf(runs)) {
      if (!scheme.starts_with("adsp")) continue;
      const SyncRun* best = BestOf(runs, group, scheme);
      if (best != nullptr && (adsp == nullptr || best->record.time_to_target_s < adsp->record.time_to_target_s)) {
        adsp = best;
      }
    }
    int color = 0;
    for (const std::string& scheme : SchemesOf(runs)) {
      std::vector<Cell> row{Cell(scheme, color++)};
      for (const double rate : rates) {
        const auto found = std::ranges::find_if(runs, [&](const SyncRun& run) {
          return run.group == group && run.settings.scheme == scheme && run.settings.local_rate == rate;
        });
        row.emplace_back(ShowTime(found == runs.end() ? nullptr : &*found));
      }
      const SyncRun* best = BestOf(runs, group, scheme);
      row.emplace_back(ShowTime(best));
      row.emplace_back(scheme.starts_with("adsp") ? "" : ShowSaving(adsp, best));
      table.rows.push_back(std::move(row));
    }
    findings.tables.push_back(std::move(table));
    findings.figures.push_back(TimesByLocalRate(runs, group));
  }
  findings.remarks = {
      "The paper compares at one learning rate. BSP's averaged gradient stands a rate about twice as large as long "
      "local phases do, so that tuning takes from ADSP a part of its advantage over BSP, and little of that over "
      "local SGD with a fixed number of steps."};
  return findings;
}

}  // namespace

SyncExperiment AdspCommitRate() {
  return {"adsp-commit-rate", "Fixed rates from 0.5 to 20 commits per check period, commits of 0.2, 1 and 3 s",
          [](const RunSettings& base, bool quick) {
            std::vector<Variant> variants;
            for (const double commit : quick ? std::vector{1.0} : std::vector{0.2, 1.0, 3.0}) {
              variants.push_back({"O " + ShowFixed(commit, 1) + " s", With(base, [&](RunSettings& settings) {
                                    settings.commit_seconds = commit;
                                    settings.local_rate *= 2;
                                  })});
            }
            std::vector<std::string> schemes;
            for (const char* rate : {"0.5", "1", "2", "3", "4", "6", "10", "15", "20"}) {
              if (quick && std::string(rate) != "1" && std::string(rate) != "6" && std::string(rate) != "20") continue;
              schemes.push_back(kFreeRate + std::string(rate));
            }
            return Cross(variants, schemes);
          },
          ConcludeCommitRate};
}

SyncExperiment AdspSearch() {
  return {"adsp-search", "The commit rate searched as training goes, beside fixed rates",
          [](const RunSettings& base, bool quick) {
            std::vector<Variant> variants;
            for (const double commit : quick ? std::vector{1.0} : std::vector{0.2, 1.0, 3.0}) {
              for (const double factor : quick ? std::vector{1.0} : std::vector{1.0, 2.0}) {
                variants.push_back({"O " + ShowFixed(commit, 1) + " s, rate " + ShowCompact(base.local_rate * factor),
                                    With(base, [&](RunSettings& settings) {
                                      settings.commit_seconds = commit;
                                      settings.local_rate *= factor;
                                    })});
              }
            }
            if (quick) return Cross(variants, {"adsp:search=1", "adsp:rate=2"});
            return Cross(variants,
                         {"adsp:search=1", "adsp:search=1:rate=1", "adsp:rate=1", "adsp:rate=2", "adsp:rate=6"});
          },
          ConcludeSearch};
}

SyncExperiment AdspTuned() {
  return {"adsp-tuned", "Every scheme at its own best learning rate",
          [](const RunSettings& base, bool quick) {
            const std::vector<std::string> schemes =
                quick ? std::vector<std::string>{"bsp", "fixed_adacomm", "adsp"}
                      : std::vector<std::string>{
                            "bsp",   "asp",  "fixed_adacomm:tau=8", "fixed_adacomm",
                            "esync", "adsp", "adsp:rate=6",         "batch_tune:inner=fixed_adacomm"};
            std::vector<Variant> variants;
            for (const double factor : quick ? std::vector{2.0, 4.0, 8.0} : std::vector{1.0, 2.0, 4.0, 8.0, 16.0}) {
              variants.push_back(
                  {"H " + ShowFixed(base.heterogeneity, 2) + ", O " + ShowFixed(base.commit_seconds, 1) + " s",
                   With(base, [&](RunSettings& settings) {
                     settings.local_rate *= factor;
                     settings.limit_seconds = std::min(settings.limit_seconds, 6000.0);
                   })});
            }
            return Cross(variants, schemes);
          },
          ConcludeTuned};
}

}  // namespace propius
