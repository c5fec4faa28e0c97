#include <algorithm>
#include <cmath>

#include "report/number.h"
#include "report/terminal.h"
#include "sync_sim/experiment_parts.h"
#include "sync_sim/summary.h"
#include "sync_sim/testbed_parts.h"

namespace propius {
namespace {

std::string Describe(const RunSettings& settings) {
  std::string text = settings.model + " on " + settings.dataset + ", " + std::to_string(settings.workers) + " workers";
  if (settings.step_seconds.empty()) text += ", heterogeneity " + ShowFixed(settings.heterogeneity, 2);
  text += ", " + ShowCompact(settings.commit_seconds) + " s per commit, local rate " +
          ShowCompact(settings.local_rate) + ", check period " + ShowCompact(settings.gamma_seconds) + " s";
  if (settings.goal > 0) text += ", goal: test loss " + ShowCompact(settings.goal);
  return text + ", seed " + std::to_string(settings.seed);
}

Tiles Times(const std::vector<SyncRun>& runs) {
  Tiles tiles;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SyncRecord& record = runs[i].record;
    tiles.tiles.push_back({.value = ShowTime(&runs[i]),
                           .label = runs[i].settings.scheme,
                           .note = record.reached ? ShowPercent(record.waiting_share) + " of it waiting"
                                                  : "loss " + ShowFixed(record.final_loss, 3),
                           .color = static_cast<int>(i)});
  }
  return tiles;
}

Figure CommitBars(const std::vector<SyncRun>& runs) {
  BarChart chart;
  chart.y = {.title = "commits per worker", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  Bars fewest{.name = "fewest", .values = {}, .color = {}};
  Bars mean{.name = "mean", .values = {}, .color = {}};
  Bars most{.name = "most", .values = {}, .color = {}};
  for (const SyncRun& run : runs) {
    chart.categories.push_back(run.settings.scheme);
    const auto& commits = run.record.commits_per_worker;
    const auto [low, high] = std::ranges::minmax(commits);
    fewest.values.push_back(static_cast<double>(low));
    mean.values.push_back(static_cast<double>(run.record.commits) / static_cast<double>(commits.size()));
    most.values.push_back(static_cast<double>(high));
  }
  chart.bars = {fewest, mean, most};
  return {.title = "Commits per worker",
          .plot = std::move(chart),
          .caption = "Of the worker that committed least often, all, and the one that did most often.",
          .half = true};
}

}  // namespace

Table SyncRunTable(const std::vector<SyncRun>& runs) {
  Table table;
  const bool grouped = std::ranges::any_of(runs, [](const SyncRun& run) { return !run.group.empty(); });
  if (grouped) table.columns.push_back({.title = "group"});
  table.columns.push_back({.title = "scheme"});
  for (const char* title :
       {"time to goal", "loss", "accuracy", "steps", "commits", "training", "waiting", "commits/worker", "vs first"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SyncRecord& record = runs[i].record;
    const auto [fewest, most] = std::ranges::minmax(record.commits_per_worker);
    std::vector<Cell> row;
    if (grouped) row.emplace_back(runs[i].group);
    row.emplace_back(runs[i].settings.scheme, static_cast<int>(i % 10));
    for (const std::string& text :
         {ShowTime(&runs[i]), ShowFixed(record.final_loss, 3), ShowPercent(record.final_accuracy),
          ShowCount(static_cast<std::int64_t>(record.steps)), ShowCount(static_cast<std::int64_t>(record.commits)),
          ShowPercent(record.busy_share), ShowPercent(record.waiting_share),
          fewest == most
              ? ShowCount(static_cast<std::int64_t>(most))
              : ShowCount(static_cast<std::int64_t>(fewest)) + " to " + ShowCount(static_cast<std::int64_t>(most)),
          i == 0 ? std::string() : ShowSaving(&runs[i], &runs[0])}) {
      row.emplace_back(text);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Page SyncPage(const SyncStudy& study) {
  Page page;
  page.title = study.experiment == nullptr ? "Parameter synchronisation" : study.experiment->title;
  if (!study.runs.empty()) page.lead = Describe(study.runs.front().settings) + ".";
  std::vector<std::string> warnings;
  for (const SyncRun& run : study.runs) {
    for (const std::string& warning : run.record.warnings) {
      warnings.push_back(run.settings.scheme + ": " + warning + ".");
    }
  }
  if (HasTestbed(study.runs)) {
    page.blocks.emplace_back(TestbedCurves(study.runs));
    page.blocks.emplace_back(TestbedTable(study.runs));
  }
  if (study.experiment == nullptr) {
    page.blocks.emplace_back(Times(study.runs));
    for (Figure figure : {Curves(study.runs, "", true), Curves(study.runs, "", false),
                          WaitingBars(study.runs, "Where the time goes"), CommitBars(study.runs)}) {
      page.blocks.emplace_back(std::move(figure));
    }
    page.blocks.emplace_back(Paragraph{EqualRateRemark()});
  } else {
    SyncFindings findings = study.experiment->conclude(study.runs);
    for (Figure& figure : findings.figures) page.blocks.emplace_back(std::move(figure));
    for (Table& table : findings.tables) page.blocks.emplace_back(std::move(table));
    for (std::string& remark : findings.remarks) page.blocks.emplace_back(Paragraph{std::move(remark)});
  }
  for (const std::string& warning : warnings) page.blocks.emplace_back(Paragraph{warning});
  Table all = SyncRunTable(study.runs);
  all.title = "All runs";
  page.blocks.emplace_back(std::move(all));
  page.footer = "propius sync " + study.version +
                ". Virtual time, real gradients; the figures are in summary.json, the series in curves.csv and "
                "checkpoints.csv.";
  return page;
}

std::string TerminalText(const Table& table) {
  std::vector<TextColumn> columns;
  columns.reserve(table.columns.size());
  for (const TableColumn& column : table.columns) columns.push_back({.title = column.title, .number = column.number});
  std::vector<std::vector<std::string>> rows;
  for (const auto& cells : table.rows) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const Cell& cell : cells) row.push_back(cell.text);
  }
  return (table.title.empty() ? "" : table.title + "\n") + RenderTable(columns, rows) +
         (table.caption.empty() ? "" : table.caption + "\n");
}

}  // namespace propius
