#include "experiments/request.h"

#include <algorithm>

#include "base/quote.h"
#include "experiments/simulator.h"
#include "experiments/venn_setup.h"

namespace propius {
namespace {

// The first flag that is given though `reason` rules it out.
Status Refuse(const std::vector<std::pair<const char*, bool>>& given, const std::string& reason) {
  for (const auto& [flag, is_given] : given) {
    if (is_given) return Fail(Code::kInvalidArgument, std::string(flag) + ": expected nothing " + reason);
  }
  return {};
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Status CheckWorkloads(const std::vector<std::string>& workloads) {
  for (const std::string& workload : workloads) {
    if (std::ranges::find(VennWorkloads(), workload) == VennWorkloads().end()) {
      return Fail(Code::kInvalidArgument,
                  "--workload: expected some of " + Joined(VennWorkloads()) + ", got " + Quote(workload));
    }
  }
  return {};
}

Result<SimulationRequest> ReadExperiment(const SimulationFlags& flags) {
  const std::vector<Experiment> all = AllExperiments();
  const auto found = std::ranges::find(all, flags.experiment, &Experiment::name);
  if (found == all.end()) {
    std::vector<std::string> names;
    for (const Experiment& experiment : all) names.push_back(experiment.name);
    return Fail(Code::kInvalidArgument,
                "--experiment: expected one of " + Joined(names) + ", got " + Quote(flags.experiment));
  }
  const Status status = Refuse({{"--policy", !flags.policies.empty()},
                                {"--rules", !flags.rules.empty()},
                                {"--dispatch-delay", !flags.dispatch_delay.empty()},
                                {"--strict", flags.strict},
                                {"--checkins", !flags.checkins.empty()},
                                {"--capacity", !flags.capacity.empty()},
                                {"--eligibility", !flags.eligibility.empty()},
                                {"--jobs", !flags.jobs.empty()},
                                {"--devices", flags.devices > 0},
                                {"--rate", flags.rate > 0},
                                {"--days", flags.days > 0},
                                {"--mode", !flags.mode.empty()},
                                {"--speed-noise", flags.speed_noise > 0},
                                {"--latency", !flags.latency.empty()},
                                {"--loss", flags.loss > 0}},
                               "beside --experiment, which sets it");
  if (!status) return tl::unexpected(status.error());
  SimulationRequest request{.runs = {},
                            .experiment = *found,
                            .asked = {.quick = flags.quick, .seeds = flags.seeds, .workloads = flags.workloads}};
  request.runs = found->runs(request.asked);
  for (const std::string& workload : flags.workloads) {
    if (std::ranges::find(request.runs, workload, &RunAsked::workload) == request.runs.end()) {
      return Fail(Code::kInvalidArgument, "--workload: expected nothing with " + found->name +
                                              ", which has jobs of its own, got " + Quote(workload));
    }
  }
  return request;
}

// What all runs of the call share.
Result<RunAsked> ReadCommon(const SimulationFlags& flags) {
  RunAsked run;
  run.rules = flags.rules == RulesName(EventRules::kReleased) ? EventRules::kReleased : EventRules::kProduction;
  run.mode = flags.mode.empty() ? run.mode : flags.mode;
  run.strict = flags.strict;
  run.speed_noise = flags.speed_noise;
  run.loss = flags.loss;
  run.jobs = flags.jobs;
  run.devices = {.checkins = flags.checkins,
                 .capacity = flags.capacity,
                 .eligibility = flags.eligibility,
                 .devices = flags.devices,
                 .rate = flags.rate,
                 .days = flags.days};
  const bool released = run.rules == EventRules::kReleased;
  Status status =
      released ? Refuse({{"--mode", run.mode != "online"}}, "but online with --rules released")
               : Refuse({{"--dispatch-delay", !flags.dispatch_delay.empty()}, {"--speed-noise", flags.speed_noise > 0}},
                        "without --rules released, whose it is");
  if (status && released) {
    status = Refuse({{"--latency", !flags.latency.empty()}, {"--loss", flags.loss > 0}},
                    "with --rules released, which have no network");
  }
  if (status && !flags.jobs.empty()) {
    status = Refuse({{"--workload", !flags.workloads.empty()}, {"--quick", flags.quick}},
                    "beside --jobs, which names the jobs");
  }
  if (status && !flags.checkins.empty()) {
    status = Refuse({{"--rate", flags.rate > 0}, {"--days", flags.days > 0}, {"--quick", flags.quick}},
                    "beside --checkins, which holds the sessions");
  }
  if (status && !flags.capacity.empty()) {
    status = Refuse({{"--devices", flags.devices > 0}}, "beside --capacity, which lists the devices");
  }
  if (!status) return tl::unexpected(status.error());
  if (!flags.dispatch_delay.empty()) {
    const auto delay = ParseDuration(flags.dispatch_delay);
    if (!delay || *delay < 0s) {
      return Fail(Code::kInvalidArgument,
                  "--dispatch-delay: expected a duration such as 1s, got " + Quote(flags.dispatch_delay));
    }
    run.dispatch_delay = *delay;
  }
  if (!flags.latency.empty()) {
    const auto latency = ParseDuration(flags.latency);
    if (!latency || *latency < 0s) {
      return Fail(Code::kInvalidArgument, "--latency: expected a duration such as 150ms, got " + Quote(flags.latency));
    }
    run.latency = *latency;
  }
  return run;
}

}  // namespace

Result<SimulationRequest> ReadRequest(const SimulationFlags& flags, const PolicyRegistry& policies) {
  if (const Status status = CheckWorkloads(flags.workloads); !status) return tl::unexpected(status.error());
  if (!flags.experiment.empty()) return ReadExperiment(flags);
  const Result<RunAsked> common = ReadCommon(flags);
  if (!common) return tl::unexpected(common.error());
  const std::vector<std::string> compared =
      flags.policies.empty() ? std::vector<std::string>{"fifo", "srsf", "venn"} : flags.policies;
  for (const std::string& policy : compared) {
    if (const Status status = CheckPolicy(policy, common->rules, policies); !status) {
      return Fail(Code::kInvalidArgument, "--policy " + policy + ": " + status.error().message);
    }
  }
  std::vector<std::string> workloads = flags.workloads.empty() ? std::vector<std::string>{"even"} : flags.workloads;
  if (!flags.jobs.empty()) workloads = {std::filesystem::path(flags.jobs).stem().string()};
  SimulationRequest request;
  for (const std::string& workload : workloads) {
    for (const std::uint64_t seed : flags.seeds.empty() ? std::vector<std::uint64_t>{1} : flags.seeds) {
      for (const std::string& policy : compared) {
        RunAsked& run = request.runs.emplace_back(*common);
        run.policy = policy;
        run.workload = workload;
        run.seed = seed;
        if (flags.quick) MakeQuick(run);
      }
    }
  }
  return request;
}

}  // namespace propius
