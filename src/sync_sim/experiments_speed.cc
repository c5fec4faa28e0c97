// How long each scheme takes, and how that changes with heterogeneity, delay, scale, and sudden slowness.
#include <cmath>

#include "report/number.h"
#include "sync_sim/experiment_parts.h"

namespace propius {
namespace {

RunSettings With(RunSettings settings, auto change) {
  change(settings);
  return settings;
}

std::string H(double heterogeneity) { return "H " + ShowFixed(heterogeneity, 2); }

SyncFindings ConcludeConvergence(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  const std::string group = "equal rate";
  const SyncRun* adsp = FindRun(runs, group, "adsp");
  Table table{.title = "Time to the goal",
              .columns = {{.title = "scheme"},
                          {.title = "time", .number = true},
                          {.title = "steps/worker", .number = true},
                          {.title = "waiting", .number = true},
                          {.title = "ADSP vs it", .number = true},
                          {.title = "paper", .number = true},
                          {.title = "each at its rate", .number = true},
                          {.title = "ADSP vs it, tuned", .number = true}},
              .rows = {},
              .caption =
                  "Paper: CIFAR-10 on 18 workers. Each at its rate: the best local rate of a grid "
                  "(--experiment adsp-tuned)."};
  const SyncRun* tuned_adsp = FindRun(runs, "tuned", "adsp");
  int color = 0;
  for (const SyncRun& run : runs) {
    if (run.group != group) continue;
    const std::string& scheme = run.settings.scheme;
    const SyncRun* tuned = FindRun(runs, "tuned", scheme);
    const char* paper = scheme == "bsp"             ? "-80 %"
                        : scheme == "ssp"           ? "-53 %"
                        : scheme == "fixed_adacomm" ? "-33 %"
                                                    : "–";
    table.rows.push_back(
        {Cell(scheme, color++), ShowTime(&run),
         ShowCount(std::llround(static_cast<double>(run.record.steps_to_target) / run.settings.workers)),
         ShowPercent(run.record.waiting_share), scheme == "adsp" ? "" : ShowSaving(adsp, &run), paper, ShowTime(tuned),
         scheme == "adsp" ? "" : ShowSaving(tuned_adsp, tuned)});
  }
  findings.tables.push_back(std::move(table));
  std::vector<SyncRun> equal;
  for (const SyncRun& run : runs) {
    if (run.group == group) equal.push_back(run);
  }
  findings.figures = {Curves(equal, group, true), Curves(equal, group, false),
                      WaitingBars(equal, "Where the time goes")};
  findings.remarks = {EqualRateRemark(),
                      "The paper's testbed was dominated by communication and trained a CNN; these are softmax "
                      "regression and one second per commit unless said otherwise."};
  return findings;
}

SyncFindings ConcludeHeterogeneity(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  findings.tables.push_back(TimesByGroup(runs, "Time to the goal", ""));
  Table table{.title = "What ADSP saves",
              .columns = {{.title = "heterogeneity"},
                          {.title = "vs Fixed ADACOMM", .number = true},
                          {.title = "by throughput alone", .number = true},
                          {.title = "paper", .number = true},
                          {.title = "vs BSP", .number = true},
                          {.title = "by throughput alone", .number = true}},
              .rows = {},
              .caption =
                  "By throughput alone: 1 - 1 / (H (1 + O / (tau t_max)) (1 - rate O / Gamma)). The paper's "
                  "figures stand for H = 1.45 and 3.2."};
  for (const std::string& group : GroupsOf(runs)) {
    const SyncRun* adsp = FindRun(runs, group, "adsp");
    if (adsp == nullptr) continue;
    const double rate = adsp->record.checkpoints.empty() ? 2 : adsp->record.checkpoints.back().knob;
    const double h = adsp->settings.heterogeneity;
    table.rows.push_back({group, ShowSaving(adsp, FindRun(runs, group, "fixed_adacomm")),
                          ShowSignedPercent(-PredictedSaving(adsp->settings, 40, rate)),
                          h == 1.45  ? "-33 %"
                          : h == 3.2 ? "-62 %"
                                     : "–",
                          ShowSaving(adsp, FindRun(runs, group, "bsp")),
                          ShowSignedPercent(-PredictedSaving(adsp->settings, 1, rate))});
  }
  findings.tables.push_back(std::move(table));
  findings.figures = {
      TimeBars(runs, "Time to the goal by heterogeneity", "A barrier pays for the slowest worker; ADSP for the mean.")};
  findings.remarks = {EqualRateRemark()};
  return findings;
}

SyncFindings ConcludeDelay(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  findings.tables.push_back(TimesByGroup(runs, "Time to the goal by added delay",
                                         "The paper shows 0 to 10 s with the same order; the bars' values are not in "
                                         "its sources. adsp lowers its commit rate so that commits take at most a "
                                         "tenth of the time; adsp:overlap=1 trains while they travel."));
  findings.figures = {TimeBars(runs, "Time to the goal by delay of a round trip", "")};
  findings.remarks = {EqualRateRemark()};
  return findings;
}

SyncFindings ConcludeScale(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  findings.tables.push_back(
      TimesByGroup(runs, "Time to the goal by workers",
                   "With eta = 1/M more workers do not shorten the time. \"queue\": the server takes 50 ms for each "
                   "commit, one after another, which ruins whoever commits after every step."));
  findings.figures = {TimeBars(runs, "Time to the goal by workers", "")};
  findings.remarks = {EqualRateRemark()};
  return findings;
}

SyncFindings ConcludeShift(const std::vector<SyncRun>& runs) {
  SyncFindings findings;
  Table table{.title = "The slow third takes three times as long from 300 s on",
              .columns = {{.title = "scheme"},
                          {.title = "steady", .number = true},
                          {.title = "with the shift", .number = true},
                          {.title = "times as long", .number = true}},
              .rows = {},
              .caption = "Not in the paper. Barriers and SSP run at the slowest worker's pace, whoever that is now."};
  int color = 0;
  for (const std::string& scheme : SchemesOf(runs)) {
    const SyncRun* steady = FindRun(runs, "steady", scheme);
    const SyncRun* shifted = FindRun(runs, "shift", scheme);
    const double saving = Saving(shifted, steady);
    table.rows.push_back({Cell(scheme, color++), ShowTime(steady), ShowTime(shifted), ShowFixed(1 - saving, 2)});
  }
  findings.tables.push_back(std::move(table));
  findings.figures = {TimeBars(runs, "Time to the goal with and without the shift", ""), Curves(runs, "shift", true)};
  return findings;
}

}  // namespace

SyncExperiment AdspConvergence() {
  return {
      "adsp-convergence", "Loss and accuracy over time, every scheme at one learning rate",
      [](const RunSettings& base, bool quick) {
        std::vector<std::string> schemes{"bsp", "ssp", "asp", "adacomm", "fixed_adacomm", "adsp", "esync"};
        if (quick) schemes = {"bsp", "fixed_adacomm", "adsp"};
        std::vector<PlannedRun> plan = Cross({{"equal rate", base}}, schemes);
        if (base.model != "softmax") return plan;
        for (const auto& [scheme, factor] : {std::pair{"bsp", 8}, {"fixed_adacomm", 4}, {"adsp", 4}, {"esync", 4}}) {
          if (quick && std::string(scheme) == "esync") continue;
          plan.push_back({"tuned", With(base, [&](RunSettings& settings) {
                            settings.scheme = scheme;
                            settings.local_rate *= factor;
                          })});
        }
        return plan;
      },
      ConcludeConvergence};
}

SyncExperiment AdspHeterogeneity() {
  return {"adsp-heterogeneity", "H = 1.45, 2.0, 2.6 and 3.2",
          [](const RunSettings& base, bool quick) {
            std::vector<Variant> variants;
            for (const double h : quick ? std::vector{1.45, 3.2} : std::vector{1.45, 2.0, 2.6, 3.2}) {
              variants.push_back({H(h), With(base, [&](RunSettings& settings) { settings.heterogeneity = h; })});
            }
            return Cross(variants, {"bsp", "fixed_adacomm", "adsp"});
          },
          ConcludeHeterogeneity};
}

SyncExperiment AdspDelay() {
  return {"adsp-delay", "0, 2, 5 and 10 s of delay on every round trip",
          [](const RunSettings& base, bool quick) {
            std::vector<Variant> variants;
            for (const double delay : quick ? std::vector{0.0, 5.0} : std::vector{0.0, 2.0, 5.0, 10.0}) {
              variants.push_back({ShowFixed(delay, 0) + " s",
                                  With(base, [&](RunSettings& settings) { settings.commit_seconds += delay; })});
            }
            if (quick) return Cross(variants, {"fixed_adacomm", "adsp"});
            return Cross(variants, {"bsp", "ssp", "adacomm", "fixed_adacomm", "adsp", "adsp:overlap=1"});
          },
          ConcludeDelay};
}

SyncExperiment AdspScale() {
  return {"adsp-scale", "18, 36 and 72 workers, without and with a server that takes one commit at a time",
          [](const RunSettings& base, bool quick) {
            std::vector<Variant> variants;
            for (const double queue : {0.0, 0.05}) {
              for (const std::uint32_t workers : quick ? std::vector{18U} : std::vector{18U, 36U, 72U}) {
                variants.push_back(
                    {std::to_string(workers) + (queue > 0 ? ", queue" : ""), With(base, [&](RunSettings& settings) {
                       settings.workers = workers;
                       settings.server_seconds = queue;
                     })});
              }
            }
            return Cross(variants, {"bsp", "fixed_adacomm", "adsp"});
          },
          ConcludeScale};
}

SyncExperiment AdspShift() {
  return {"adsp-shift", "A third of the workers slows down in the middle",
          [](const RunSettings& base, bool quick) {
            const RunSettings shifted = With(base, [](RunSettings& settings) {
              settings.slowdown_at = 300;
              settings.slowdown = 3;
            });
            const std::vector<Variant> variants{{"steady", base}, {"shift", shifted}};
            if (quick) return Cross(variants, {"fixed_adacomm", "adsp"});
            return Cross(variants, {"bsp", "ssp", "asp", "fixed_adacomm", "esync", "adsp"});
          },
          ConcludeShift};
}

}  // namespace propius
