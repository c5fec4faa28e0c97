#include "apps/command_line.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "apps/files_of_build.h"
#include "apps/stop_signal.h"
#include "apps/testbed.h"
#include "apps/verbs.h"
#include "sync_sim/experiment.h"

namespace propius {
namespace {

using Run = std::function<int()>;

CLI::App* AddVerb(CLI::App& app, const std::string& name, const std::string& what, const std::string& example) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->footer("Example:\n  " + example);
  return verb;
}

void AddServe(CLI::App& app, ServeVerb& serve, Run& run) {
  CLI::App* verb =
      AddVerb(app, "serve", "Runs servers until SIGTERM.", "propius serve --config propius.toml --role all");
  verb->add_option("--config", serve.config, "Configuration, TOML (docs/operators.md). Default: all defaults.");
  verb->add_option("--role", serve.roles, "all, or any of job-manager,scheduler,client-manager,root,leaf.");
  verb->add_option("--set", serve.sets, "A value that outranks file and environment: table.key=value.");
  verb->add_flag("--print-config", serve.print_config, "Prints the configuration in force and exits.");
  verb->callback([&] { run = [&] { return Serve(serve); }; });
}

void AddDevice(CLI::App& app, DeviceVerb& device, Run& run) {
  CLI::App* verb = app.add_subcommand("device", "Device agents.");
  verb->require_subcommand(1);
  CLI::App* start = AddVerb(*verb, "run",
                            "Runs device agents until SIGTERM: they train the built-in models on their "
                            "share of MNIST, as slowly as their phone is.",
                            "propius device run --client-manager 127.0.0.1:20400 --agents 4 --fleet 60");
  start->add_option("--client-manager", device.client_manager, "host:port of the client manager.")->required();
  start->add_option("--agents", device.agents, "Agents in this process.")->check(CLI::Range(1, 1000));
  start->add_option("--first", device.first, "Index of the first of them in the fleet.");
  start->add_option("--fleet", device.fleet, "Devices of the whole fleet.")->check(CLI::Range(1, 10000));
  start->add_option("--seed", device.seed, "Seed of the fleet: phones and shares of the data.");
  start->add_option("--images", device.images, "Images that the fleet shares.")->check(CLI::Range(1000, 60000));
  start->add_option("--skew", device.skew, "Dirichlet concentration of the labels; smaller is more skewed.")
      ->check(CLI::Range(0.01, 1000.0));
  start->add_option("--slowness", device.slowness, "Seconds of waiting per second that the phone would need.");
  start->add_option("--mnist", device.mnist, "Folder of the four MNIST files.");
  start->add_option("--events", device.events, "File that gets a JSON line for every task.");
  start->callback([&] { run = [&] { return RunDevices(device); }; });
}

void AddJob(CLI::App& app, JobVerb& job, Run& run) {
  CLI::App* verb = app.add_subcommand("job", "Jobs, for ML engineers.");
  verb->require_subcommand(1);
  const auto action = [&](const std::string& name, const std::string& what, const std::string& example) {
    CLI::App* sub = AddVerb(*verb, name, what, "propius job " + example);
    sub->add_option("--job-manager", job.job_manager, "host:port of the job manager.")->capture_default_str();
    sub->add_option("--token", job.token, "The tenant's token; none where the site has none.")
        ->envname("PROPIUS_TOKEN");
    sub->add_option("--format", job.format, "table or json.")->check(CLI::IsMember({"table", "json"}));
    sub->callback([&, name] {
      job.action = name;
      run = [&] { return RunJob(job); };
    });
    return sub;
  };
  CLI::App* submit = action("submit", "Registers a job and, if the file has [job.train], runs its rounds here.",
                            "submit examples/jobs/digits-mlp.toml --key my-run-1");
  submit->add_option("file", job.file, "Job file, TOML (docs/ml-engineers.md).")->required();
  submit->add_option("--key", job.key, "Idempotency token: submitting again with it is the same job.");
  submit->add_flag("--register-only", job.register_only, "Only registers, for a job framework of your own.");
  submit->add_option("--mnist", job.mnist, "Folder of the four MNIST files, for test data.");
  submit->add_option("--out", job.out,
                     "File that gets the model (safetensors) after each round; an earlier life's is gone on from.");
  action("ls", "Lists your jobs.", "ls --format json");
  for (const auto& [name, what] : {std::pair{"show", "Shows one job and its latest round."},
                                   {"why", "Says why a job waits for devices, and what would shorten the wait."},
                                   {"watch", "Follows the latest round of a job until it is closed."},
                                   {"stop", "Ends a job and its open round."}}) {
    action(name, what, std::string(name) + " 3")->add_option("job", job.job, "Number of the job.")->required();
  }
}

void AddDemo(CLI::App& app, DemoVerb& demo, Run& run) {
  CLI::App* verb = AddVerb(app, "demo",
                           "The whole system on this machine: one server, four jobs of two tenants, sixty "
                           "phones that train on MNIST, and a report.",
                           "propius demo --quick --out propius-demo");
  verb->add_flag("--quick", demo.quick, "Fewer rounds and images: well under a minute.");
  verb->add_option("--out", demo.out, "Folder of the results; made anew.")->capture_default_str();
  verb->add_option("--mnist", demo.mnist, "Folder of the four MNIST files.");
  verb->add_option("--seed", demo.seed, "Seed of the fleet and of the models.")->capture_default_str();
  verb->add_option("--policy", demo.policy, "Scheduling policy: random, fifo or srsf.")->capture_default_str();
  verb->add_option("--format", demo.format, "table, or json: summary.json on stdout.")
      ->check(CLI::IsMember({"table", "json"}));
  verb->callback([&] { run = [&] { return Demo(demo); }; });
}

void AddSimulate(CLI::App& app, SimulationFlags& flags, Run& run) {
  CLI::App* verb = AddVerb(app, "simulate",
                           "Simulates scheduling policies side by side on one trace of devices, with the production "
                           "desks on virtual time or by the rules of Venn's authors; or repeats an experiment of the "
                           "papers.",
                           "propius simulate --policy fifo,srsf,venn --workload even,low --quick --out DIR\n  "
                           "propius simulate --experiment venn-table1 --quick");
  verb->add_option("--policy", flags.policies, "Policies, e.g. fifo,srsf,venn:tiers=3. Default: fifo,srsf,venn.")
      ->delimiter(',');
  verb->add_option("--rules", flags.rules, "production (default), or released: the event rules of Venn's authors.")
      ->check(CLI::IsMember({"production", "released"}));
  verb->add_option("--dispatch-delay", flags.dispatch_delay,
                   "Released rules: from offer to assignment, e.g. 1s. Default: drawn within 2 s.");
  verb->add_flag("--strict", flags.strict, "A round is good only with its whole share of results.");
  verb->add_option("--checkins", flags.checkins, "Sessions of devices, CSV (ID,start,end; may be .gz).")
      ->check(CLI::ExistingFile);
  verb->add_option("--capacity", flags.capacity, "Speed of devices, CSV (computation,communication).")
      ->check(CLI::ExistingFile);
  verb->add_option("--eligibility", flags.eligibility, "What devices meet, CSV: column mask, or public attributes.")
      ->check(CLI::ExistingFile);
  verb->add_option("--jobs", flags.jobs, "Jobs that arrive: CSV, or TOML with [[jobs]] (docs/experiments.md).")
      ->check(CLI::ExistingFile);
  verb->add_option("--workload", flags.workloads, "Built-in jobs: even, small, large, low, high. Default: even.")
      ->delimiter(',');
  verb->add_option("--devices", flags.devices, "Generated devices. Default: 500,000.")
      ->check(CLI::Range(1, 50'000'000));
  verb->add_option("--rate", flags.rate, "Generated check-ins per second. Default: 4.676.")
      ->check(CLI::Range(1e-6, 1e6));
  verb->add_option("--days", flags.days, "Length of the trace. Default: five days, repeated as long as jobs need.")
      ->check(CLI::Range(1e-3, 1e5));
  verb->add_option("--seeds", flags.seeds, "Seeds of traces and draws, e.g. 1,2,3. Default: 1.")->delimiter(',');
  verb->add_option("--mode", flags.mode, "Production rules: online (default) or small_batch.")
      ->check(CLI::IsMember({"online", "small_batch"}));
  verb->add_option("--speed-noise", flags.speed_noise,
                   "Released rules: sigma of the log-normal error of the device speed that policies see.")
      ->check(CLI::Range(0.0, 3.0));
  verb->add_option("--latency", flags.latency,
                   "Production rules: between devices and desks, one way, e.g. 150ms. Default: none.");
  verb->add_option("--loss", flags.loss, "Production rules: share of the messages that are lost and sent again.")
      ->check(CLI::Range(0.0, 0.9));
  verb->add_option("--plugin", flags.plugins, "Policies from a shared library.")->check(CLI::ExistingFile);
  std::string known = "A paper's experiment:";
  for (const Experiment& experiment : AllExperiments()) known += " " + experiment.name;
  verb->add_option("--experiment", flags.experiment, known + ".");
  verb->add_flag("--quick", flags.quick, "A small scale, done in seconds: the shape of the results.");
  verb->add_option("--cores", flags.cores, "Runs at the same time. Default: as many as there are cores.")
      ->check(CLI::Range(1, 1024));
  verb->add_option("--out", flags.out, "Folder of the results.")->capture_default_str();
  verb->add_option("--format", flags.format, "table, or json: summary.json on stdout.")
      ->check(CLI::IsMember({"table", "json"}));
  verb->callback([&] { run = [&] { return RunSimulation(flags); }; });
}

// What fleets of virtual time and of the testbed have in common.
void AddEdgeFleet(CLI::App* verb, RunSettings& settings) {
  verb->add_option("--workers", settings.workers, "Workers.")->check(CLI::Range(1, 10'000))->capture_default_str();
  verb->add_option("--step-seconds", settings.step_seconds,
                   "A mini-batch of each worker, e.g. 0.5,0.6,1.4. Default: by the heterogeneity.")
      ->delimiter(',')
      ->check(CLI::Range(1e-6, 1e4));
  verb->add_option("--jitter", settings.jitter, "Standard deviation of a step's time over its mean.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  verb->add_option("--model", settings.model, "softmax, mlp or cnn.")->check(CLI::IsMember({"softmax", "mlp", "cnn"}));
  verb->add_option("--dataset", settings.dataset, "mnist, fashion, or clouds, which needs no file.")
      ->check(CLI::IsMember({"mnist", "fashion", "clouds"}));
  verb->add_option("--skew", settings.skew, "none, speed (digits 7 to 9 only with the slow), or dirichlet:0.1.");
  verb->add_option("--seed", settings.seed, "Seed of data, steps and models.")->capture_default_str();
  verb->add_option("--local-rate", settings.local_rate, "Local learning rate.")
      ->check(CLI::Range(1e-6, 1e3))
      ->capture_default_str();
  verb->add_option("--batch", settings.batch, "Images of a mini-batch.")->check(CLI::Range(1, 10'000));
  verb->add_option("--slowdown-at", settings.slowdown_at, "Seconds after which the slow third slows down.")
      ->check(CLI::Range(0.0, 1e8));
  verb->add_option("--slowdown", settings.slowdown, "How many times as long its steps take then.")
      ->check(CLI::Range(0.01, 1000.0));
}

void AddSync(CLI::App& app, SyncVerb& sync, Run& run) {
  CLI::App* verb = AddVerb(app, "sync",
                           "Trains one model under several ways of keeping unlike workers in step (bsp, asp, ssp, "
                           "adacomm, fixed_adacomm, adsp, esync, fedbuff, fedasync, dynsgd, batch_tune), in virtual "
                           "time with real gradients; or repeats an experiment of the ADSP paper.",
                           "propius sync --schemes bsp,fixed_adacomm,adsp:rate=4 --heterogeneity 2.6 --out DIR\n  "
                           "propius sync --experiment adsp-heterogeneity\n  "
                           "propius sync --testbed --schemes fixed_adacomm,adsp --out DIR");
  RunSettings& settings = sync.settings;
  verb->add_option("--schemes", sync.schemes, "Schemes side by side, with settings as in adsp:rate=4:overlap=1.")
      ->delimiter(',');
  std::string known = "Instead, an experiment:";
  for (const SyncExperiment& experiment : AllSyncExperiments()) known += " " + experiment.name;
  verb->add_option("--experiment", sync.experiment, known + ".");
  verb->add_flag("--quick", sync.quick, "Fewer and shorter runs of an experiment.");
  verb->add_flag("--testbed", sync.testbed,
                 "Each scheme on real processes, too: a server, and a process for each worker that sleeps as long as "
                 "its steps would take.");
  verb->add_option("--time-scale", sync.time_scale,
                   "With --testbed: all times of the fleet are so many times shorter, in virtual time as well.")
      ->check(CLI::Range(1.0, 1000.0))
      ->capture_default_str();
  AddEdgeFleet(verb, settings);
  verb->add_option("--heterogeneity", settings.heterogeneity, "mean(v) / min(v), v steps per second.")
      ->check(CLI::Range(1.0, 1e4))
      ->capture_default_str();
  verb->add_option("--commit-seconds", settings.commit_seconds, "Round trip of a commit.")
      ->check(CLI::Range(0.0, 1e4))
      ->capture_default_str();
  verb->add_option("--server-seconds", settings.server_seconds, "Of each commit at the server, one after another.")
      ->check(CLI::Range(0.0, 1e4));
  verb->add_option("--eta", settings.eta, "Global learning rate of schemes that do not average. Default: 1 / workers.")
      ->check(CLI::Range(0.0, 1e3));
  verb->add_option("--momentum", settings.momentum, "Explicit momentum of the server.")->check(CLI::Range(0.0, 0.999));
  verb->add_option("--gamma-seconds", settings.gamma_seconds, "Check period.")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  verb->add_option("--goal", settings.goal, "Test loss to reach. Default: the model's usual one; -1: none.");
  verb->add_option("--limit-seconds", settings.limit_seconds, "Virtual time after which a run ends in any case.")
      ->check(CLI::Range(1.0, 1e8))
      ->capture_default_str();
  verb->add_option("--test-every", settings.test_every_seconds, "Virtual seconds between tests.")
      ->check(CLI::Range(0.01, 1e6))
      ->capture_default_str();
  verb->add_option("--push", settings.push, "dense, dgc (deep gradient compression) or significant (Gaia's filter).")
      ->check(CLI::IsMember({"dense", "dgc", "significant"}));
  verb->add_option("--mnist", sync.mnist, "Folder of the four MNIST files.");
  verb->add_option("--fashion", sync.fashion, "Folder of the four Fashion-MNIST files (./run fashion).");
  verb->add_option("--cores", sync.cores, "Runs at the same time. Default: as many as there are cores.")
      ->check(CLI::Range(1, 1024));
  verb->add_option("--out", sync.out, "Folder of the results.")->capture_default_str();
  verb->add_option("--format", sync.format, "table, or json: summary.json on stdout.")
      ->check(CLI::IsMember({"table", "json"}));
  verb->callback([&] { run = [&] { return RunSync(sync); }; });
}

// The processes of `sync --testbed`; nobody else has a use for it.
void AddTestbedWorker(CLI::App& app, TestbedWorkerVerb& worker, Run& run) {
  CLI::App* verb = app.add_subcommand("testbed-worker")->group("");
  verb->add_option("--client-manager", worker.client_manager)->required();
  verb->add_option("--worker", worker.worker)->required();
  AddEdgeFleet(verb, worker.settings);
  verb->add_option("--mnist", worker.mnist);
  verb->add_option("--fashion", worker.fashion);
  verb->callback([&] { run = [&] { return RunTestbedWorker(worker); }; });
}

void AddReport(CLI::App& app, ReportVerb& report, Run& run) {
  CLI::App* verb = AddVerb(app, "report", "Renders the results of a run as one self-contained report.html beside them.",
                           "propius report propius-demo");
  verb->add_option("folder", report.folder, "Folder with summary.json and events.jsonl.")->required();
  verb->callback([&] { run = [&] { return Report(report); }; });
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  HoldStopSignals();
  CLI::App app("Propius: many machine-learning jobs on one fleet of devices that belong to somebody else.", "propius");
  app.require_subcommand(1);
  app.set_version_flag("--version", PROPIUS_VERSION);
  ServeVerb serve;
  DeviceVerb device;
  device.mnist = DefaultMnist();
  JobVerb job;
  job.mnist = DefaultMnist();
  DemoVerb demo;
  demo.mnist = DefaultMnist();
  SimulationFlags simulation;
  SyncVerb sync;
  sync.mnist = DefaultMnist();
  sync.fashion = DefaultFashion();
  TestbedWorkerVerb worker;
  ReportVerb report;
  Run run;
  AddServe(app, serve, run);
  AddDevice(app, device, run);
  AddJob(app, job, run);
  AddDemo(app, demo, run);
  AddSimulate(app, simulation, run);
  AddSync(app, sync, run);
  AddTestbedWorker(app, worker, run);
  AddReport(app, report, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 answers 0 for --help and --version, and a code of its own for every kind of wrong usage.
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run();
}

int Complain(const Error& error) {
  std::cerr << "propius: " << error.message << "\n";
  return error.code == Code::kInvalidArgument ? 2 : 1;
}

}  // namespace propius
