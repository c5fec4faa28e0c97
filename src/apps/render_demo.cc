#include "apps/demo_figures.h"
#include "apps/render.h"
#include "base/time.h"
#include "config/files.h"
#include "report/number.h"
#include "report/page.h"

namespace propius {
namespace {

// "12/12", or "240 commits" of a job without rounds.
std::string ShowLength(const DemoRecord::Job& job) {
  return job.asynchronous ? std::to_string(job.contributions) + " commits"
                          : std::to_string(job.rounds_completed) + "/" + std::to_string(job.rounds);
}

std::string ShowSeconds(double seconds) { return ShowDuration(FromSeconds(seconds)); }

Tiles KeyFigures(const DemoRecord& record) {
  Tiles tiles;
  for (std::size_t i = 0; i < record.jobs.size(); ++i) {
    const DemoRecord::Job& job = record.jobs[i];
    tiles.tiles.push_back({ShowPercent(job.test_accuracy), job.name,
                           "test accuracy after " + ShowLength(job) + (job.asynchronous ? ", " : " rounds, ") +
                               ShowSeconds(job.jct_seconds),
                           static_cast<int>(i)});
  }
  tiles.tiles.push_back(
      {ShowPercent(record.utilization),
       "fleet utilisation",
       std::to_string(record.devices_used) + " of " + std::to_string(record.devices.size()) + " phones took part",
       {}});
  return tiles;
}

Table JobTable(const DemoRecord& record) {
  Table table;
  table.title = "Jobs";
  for (const char* title : {"job", "tenant", "needs"}) table.columns.push_back({.title = title});
  for (const char* title : {"rounds", "accuracy", "completion", "waiting", "collecting", "devices"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  for (std::size_t i = 0; i < record.jobs.size(); ++i) {
    const DemoRecord::Job& job = record.jobs[i];
    table.rows.push_back({{job.name, static_cast<int>(i)},
                          job.tenant,
                          job.needs,
                          ShowLength(job),
                          ShowPercent(job.test_accuracy, 2),
                          ShowSeconds(job.jct_seconds),
                          ShowSeconds(job.scheduling_seconds),
                          ShowSeconds(job.collection_seconds),
                          std::to_string(job.devices_used) + " of " + std::to_string(job.eligible_devices)});
  }
  table.caption =
      "Completion runs from registration to the end of the last round. Waiting is the scheduling delay, from a round's "
      "request until its last place was bound; collecting is from then until the round was closed. Devices: those that "
      "contributed, of those that meet the needs.";
  return table;
}

Page MakePage(const DemoRecord& record) {
  Page page;
  page.title = "Propius demo";
  page.lead =
      std::to_string(record.jobs.size()) + " jobs of different teams trained real models on " +
      std::to_string(record.devices.size()) + " unlike phones that shared one fleet, in " +
      ShowSeconds(record.makespan_seconds) +
      ". Each phone kept its own, uneven share of MNIST and ran as slowly as its model does; the scheduling policy "
      "was " +
      record.policy + ". " +
      (record.ledgers_balance ? "Every contribution that was acknowledged is counted once: the ledgers of all " +
                                    std::to_string(record.rounds.size()) + " rounds balance."
                              : "Not every round's ledger balances.");
  page.blocks = {
      KeyFigures(record),
      Figure{
          .title = "Accuracy over time",
          .plot = AccuracyOverTime(record),
          .caption =
              "Held-out test accuracy of each job's model after every round; every two seconds where there are none."},
      Figure{.title = "Rounds",
             .plot = RoundTimeline(record),
             .caption = "Pale: waiting for devices (scheduling delay). Full: collecting their updates. The number is "
                        "the round; an asynchronous job has but one."},
      Figure{.title = "Devices at work",
             .plot = DevicesAtWork(record),
             .caption = "Phones that held a task of each job, averaged over a fiftieth of the run.",
             .half = true},
      Figure{.title = "Which phones served whom",
             .plot = WhoServedWhom(record),
             .caption = "Tasks that ended with a committed contribution, by the phone's AI-Benchmark CPU-F score.",
             .half = true},
      JobTable(record),
  };
  page.footer = "propius demo, seed " + std::to_string(record.seed) + (record.quick ? ", quick" : "") +
                ". The figures are in summary.json, the series in events.jsonl, rounds.csv and tasks.csv.";
  return page;
}

}  // namespace

Status RenderDemo(const std::filesystem::path& folder) {
  const Result<DemoRecord> record = ReadDemoRecord(folder);
  if (!record) return tl::unexpected(record.error());
  return WriteFile(folder / "report.html", Render(MakePage(*record)));
}

}  // namespace propius
