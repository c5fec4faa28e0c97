#include "sim/scenario.h"

#include <algorithm>
#include <utility>

namespace propius {
namespace {

constexpr Duration kSettle = 90s;  // from the calm to the calm round: leases and windows of the storm have run out

constexpr Duration kInspectEvery = 7s;

std::string Line(std::string_view name, const std::vector<EventField>& fields) {
  std::string line = "event ";
  line += name;
  for (const EventField& field : fields) line.append(" ").append(field.key).append("=").append(field.value);
  return line;
}

Attributes DrawAttributes(Rng& chance, std::vector<std::string> names) {
  std::vector<Attribute> entries;
  for (std::string& name : names) {
    entries.push_back({std::move(name), static_cast<double>(1 + chance.Below(8))});
  }
  return *Attributes::Make(std::move(entries), "device");
}

}  // namespace

Trial::Trial(Scenario scenario, SiteSeams seams)
    : scenario_(std::move(scenario)),
      world_(scenario_.seed),
      faults_(scenario_.faults),
      history_(world_, scenario_.kept_lines),
      oracle_(world_, history_, scenario_.oracle) {
  outer_sink_ = SetEventSink([this](Severity severity, std::string_view name, const std::vector<EventField>& fields) {
    const std::string line = Line(name, fields);
    history_.Note(line);
    if (severity == Severity::kError) history_.Violation(line);
  });
  site_ = std::make_unique<VirtualSite>(world_, faults_, oracle_, history_, scenario_.site, std::move(seams));
  stage_ = std::make_unique<Stage>(Stage{world_, faults_, history_, oracle_, *site_});
  AddDevices();
  for (const JobTraits& traits : scenario_.jobs) AddJob(traits);
}

Trial::~Trial() {
  jobs_.clear();
  devices_.clear();
  site_.reset();
  SetEventSink(std::move(outer_sink_));
}

void Trial::AddDevices() {
  Rng& chance = world_.Chance();
  for (std::uint32_t i = 0; i < scenario_.devices; ++i) {
    DeviceTraits traits{.id = DeviceId{1 + chance.Below(~std::uint64_t{0})},
                        .shared = DrawAttributes(chance, {"cpu_f", "ram_gb"}),
                        .secret = DrawAttributes(chance, {"samples"}),
                        .min_train = scenario_.min_train,
                        .max_train = scenario_.max_train,
                        .idle = i < scenario_.idle_devices};
    devices_.push_back(std::make_unique<ModelDevice>(*stage_, std::move(traits)));
  }
}

void Trial::AddJob(const JobTraits& traits) { jobs_.push_back(std::make_unique<ModelJob>(*stage_, traits)); }

void Trial::Start() {
  site_->StartAll();
  site_->LetFaultsIn();
  for (const auto& device : devices_) device->Boot(FromSeconds(world_.Chance().Uniform(0, 5)));
  for (const auto& job : jobs_) job->Start();
  world_.At(Time(scenario_.storm), [this] { BeginCalm(); });
  InspectWindow();
}

void Trial::InspectWindow() {
  // A process that is stopped lets nothing age.
  const bool was_up = site_->control().UpSince(world_.Now() - 1s) >= 1s;
  if (const ControlServer* control = site_->control().server(); was_up && control != nullptr) {
    oracle_.CheckWindow(control->window->Size(), control->window->span());
  }
  world_.After(kInspectEvery, [this] { InspectWindow(); });
}

void Trial::BeginCalm() {
  if (faults_.calm()) return;
  history_.Note("calm");
  faults_.Calm();
  site_->StartAll();
  for (const auto& device : devices_) device->Recover();
  if (!scenario_.calm_job) return;
  JobTraits traits = *scenario_.calm_job;
  traits.calm = true;
  traits.start = kSettle;
  AddJob(traits);
  jobs_.back()->Start();
}

bool Trial::Over() const {
  if (world_.Now() < Time(scenario_.storm)) return false;
  return std::ranges::all_of(jobs_, [](const auto& job) { return job->finished() || job->abandoned(); });
}

void Trial::RunToEnd() {
  const Time end = Time(scenario_.limit);
  while (!Over() && world_.Now() < end) world_.RunFor(5s);
  for (const auto& job : jobs_) {
    if (!job->finished() && !job->abandoned()) history_.Violation("a job hangs: " + job->Where());
  }
  // Rounds of abandoned jobs end at their deadlines, and devices hear of the last commits.
  Duration longest = 30s;
  for (const JobTraits& traits : scenario_.jobs) longest = std::max(longest, traits.spec.deadline + 30s);
  world_.RunFor(longest);
}

void Trial::ReadTheRest() {
  NodeServer* root = site_->root().server();
  if (root == nullptr) return;
  for (const RoundGrant& grant : oracle_.Unread()) {
    root->node->GetAggregate(
        grant.token, grant.round, 0s, [this, round = grant.round](const Result<Aggregate>& result) {
          if (result) return oracle_.JobTold(*result);
          const Code code = result.error().code;
          if (code == Code::kOutOfRange || code == Code::kNotFound) return oracle_.RootForgot(round);
          history_.Violation(Show(round) + ": its result does not read: " + result.error().message);
        });
  }
  world_.RunFor(1s);
}

Outcome Trial::Finish() {
  ReadTheRest();
  oracle_.Finish();
  Outcome outcome{.scenario = scenario_.name,
                  .seed = scenario_.seed,
                  .violations = history_.violations(),
                  .digest = history_.Digest(),
                  .steps = world_.steps(),
                  .span = world_.Now().time_since_epoch(),
                  .rounds = oracle_.rounds(),
                  .binds = oracle_.binds(),
                  .counted = oracle_.counted(),
                  .told_committed = oracle_.told_committed(),
                  .told_late = oracle_.told_late(),
                  .told_rejected = oracle_.told_rejected(),
                  .faults = faults_.counts(),
                  .outcomes = oracle_.outcomes()};
  outcome.history.assign(history_.lines().begin(), history_.lines().end());
  return outcome;
}

Outcome RunScenario(const Scenario& scenario, const SiteSeams& seams) {
  Trial trial(scenario, seams);
  trial.Start();
  trial.RunToEnd();
  return trial.Finish();
}

}  // namespace propius
