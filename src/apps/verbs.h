// The verbs of the one binary: what each is asked for, and the functions that do it. Each answers an exit code: 0 done,
// 1 failed, 2 wrong usage or configuration.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "experiments/request.h"
#include "sync_sim/run_settings.h"

namespace propius {

struct ServeVerb {
  std::string config;             // "": defaults
  std::vector<std::string> sets;  // "table.key=value"
  std::string roles;              // "": as configured
  bool print_config = false;
};
int Serve(const ServeVerb& verb);

struct DeviceVerb {
  std::string client_manager;  // host:port
  std::uint32_t agents = 1;    // in this process
  std::uint32_t first = 0;     // index of the first of them in the fleet
  std::uint32_t fleet = 60;    // devices over all processes
  std::uint64_t seed = 1;
  std::uint32_t images = 60'000;  // of MNIST, split over the fleet
  double skew = 1.0;              // Dirichlet concentration; smaller is more skewed
  double slowness = 0.02;         // simulated seconds per second of ms_per_sample; 0: as fast as it goes
  std::filesystem::path mnist;
  std::filesystem::path events;  // "": none
};
int RunDevices(const DeviceVerb& verb);

struct JobVerb {
  std::string action;  // submit, ls, show, why, watch, stop
  std::string job_manager = "127.0.0.1:20400";
  std::string token;
  std::string key;        // idempotency token of submit; "": drawn
  std::string file;       // of submit
  std::uint64_t job = 0;  // of show, why, watch, stop
  bool register_only = false;
  std::string format = "table";  // or json
  std::filesystem::path mnist;
  std::filesystem::path out;  // of submit: the trained model; "": not kept
};
int RunJob(const JobVerb& verb);

struct DemoVerb {
  bool quick = false;
  std::filesystem::path out = "propius-demo";
  std::filesystem::path mnist;
  std::uint64_t seed = 7;
  std::string policy = "srsf";
  std::string format = "table";  // or json
};
int Demo(const DemoVerb& verb);

int RunSimulation(const SimulationFlags& flags);

struct SyncVerb {
  std::vector<std::string> schemes;  // "adsp:rate=4"; none: bsp, fixed_adacomm, adsp
  std::string experiment;            // instead: one of the paper's
  RunSettings settings;
  bool quick = false;
  bool testbed = false;     // each scheme on real processes, too
  double time_scale = 20;   // of the testbed: its seconds are so many times shorter
  std::uint32_t cores = 0;  // runs at the same time; 0: as many as there are cores
  std::filesystem::path mnist;
  std::filesystem::path fashion;
  std::filesystem::path out = "propius-sync";
  std::string format = "table";  // or json
};
int RunSync(const SyncVerb& verb);

struct ReportVerb {
  std::filesystem::path folder;
};
int Report(const ReportVerb& verb);

// Prints "propius: <message>" on stderr and answers the exit code: 2 for what the caller can mend in flags and files.
int Complain(const Error& error);

}  // namespace propius
