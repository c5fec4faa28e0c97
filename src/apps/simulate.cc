#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include <unistd.h>

#include "apps/policy_plugin.h"
#include "apps/simulate_screen.h"
#include "apps/stop_signal.h"
#include "apps/verbs.h"
#include "base/event.h"
#include "base/real_runtime.h"
#include "base/workers.h"
#include "config/files.h"
#include "experiments/fifo_tiers.h"
#include "experiments/parallel_runs.h"
#include "experiments/random_per_job.h"
#include "experiments/run_table.h"
#include "experiments/simulator.h"
#include "experiments/summary.h"

namespace propius {
namespace {

// The folder is made anew, but only if it is one of ours or empty.
Status PrepareFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder) && !std::filesystem::is_directory(folder)) {
    return Fail(Code::kInvalidArgument, "--out: expected a folder, got the file " + folder.string());
  }
  if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder, error)) {
    const Result<std::string> summary = ReadFile(folder / "summary.json");
    if (!summary || !ParseSummary(*summary, "summary.json")) {
      return Fail(Code::kInvalidArgument,
                  "--out: expected an empty folder or an earlier simulation's, got " + folder.string());
    }
  }
  return MakeFolder(folder);
}

Status WriteResults(const Simulation& simulation, const std::filesystem::path& folder) {
  for (const auto& [name, text] : {std::pair<std::string, std::string>{"summary.json", SummaryJson(simulation)},
                                   {"jobs.csv", JobsCsv(simulation.runs)},
                                   {"events.jsonl", EventLines(simulation.runs)}}) {
    if (const Status written = WriteFile(folder / name, text); !written) return written;
  }
  return {};
}

void PrintTables(const Simulation& simulation) {
  if (!simulation.findings) {
    std::cout << PlainText(RunTable(simulation.runs));
    return;
  }
  for (const Table& table : simulation.findings->tables) std::cout << PlainText(table) << "\n";
  std::cout << ClaimText(*simulation.findings);
  for (const std::string& remark : simulation.findings->remarks) std::cout << "\n" << remark << "\n";
}

Result<Simulation> RunAsRequested(const SimulationFlags& flags, const SimulationRequest& request,
                                  const PolicyRegistry& policies) {
  SimulateScreen screen(isatty(STDERR_FILENO) == 1);
  const unsigned cores = flags.cores > 0 ? static_cast<unsigned>(flags.cores) : std::thread::hardware_concurrency();
  ParallelRuns how;
  how.cores = static_cast<int>(std::clamp<std::size_t>(cores, 1, std::max<std::size_t>(1, request.runs.size())));
  const Time began = RealNow();
  how.progress = [&](const RunsProgress& progress) { screen.Show(progress, RealNow() - began); };
  how.stop = [] {
    // The runs only compute: there is nothing to drain.
    if (WaitForStop(0s)) std::_Exit(Complain({Code::kAborted, "stopped; nothing was written"}));
    return false;
  };
  screen.Say(std::to_string(request.runs.size()) + " runs on " + std::to_string(how.cores) +
             (how.cores == 1 ? " core" : " cores"));
  // A simulated fleet has millions of events; what is wrong with the desks is told all the same.
  const EventSink sink = SetEventSink([](Severity severity, std::string_view name, const auto& fields) {
    if (severity == Severity::kError) std::cerr << EventLine(severity, name, fields) << "\n";
  });
  // Cores that no run takes help with parts of plans.
  std::unique_ptr<Workers> workers;
  if (const int spare = static_cast<int>(cores) - how.cores; spare > 0) workers = MakeThreadWorkers(spare);
  auto runs = RunAll(request.runs, MakeSimulator(policies, workers.get()), how);
  SetEventSink(sink);
  screen.End();
  if (!runs) return tl::unexpected(runs.error());
  Simulation simulation{.version = PROPIUS_VERSION, .runs = *std::move(runs), .findings = std::nullopt};
  if (request.experiment) simulation.findings = request.experiment->conclude(request.asked, simulation.runs);
  return simulation;
}

}  // namespace

int RunSimulation(const SimulationFlags& flags) {
  PolicyRegistry policies;
  AddBuiltinPolicies(policies);
  AddFifoTiers(policies);
  AddRandomPerJob(policies);
  if (const Status added = AddPluginPolicies(policies, flags.plugins); !added) return Complain(added.error());
  const Result<SimulationRequest> request = ReadRequest(flags, policies);
  if (!request) return Complain(request.error());
  if (const Status prepared = PrepareFolder(flags.out); !prepared) return Complain(prepared.error());
  const Result<Simulation> simulation = RunAsRequested(flags, *request, policies);
  if (!simulation) return Complain(simulation.error());
  if (const Status written = WriteResults(*simulation, flags.out); !written) return Complain(written.error());
  if (const int rendered = Report({flags.out}); rendered != 0) return rendered;
  if (flags.format == "json") {
    std::cout << SummaryJson(*simulation);
  } else {
    PrintTables(*simulation);
    std::cout << "\nReport: " << (flags.out / "report.html").string() << "\n";
  }
  return 0;
}

}  // namespace propius
