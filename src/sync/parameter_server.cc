#include "sync/parameter_server.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/check.h"
#include "base/event.h"
#include "sync/arithmetic.h"
#include "sync/momentum.h"

namespace propius {

ParameterServer::ParameterServer(std::unique_ptr<SyncModel> model, std::vector<float> parameters, ServerOptions options,
                                 Time now)
    : model_(std::move(model)),
      parameters_(std::move(parameters)),
      options_(std::move(options)),
      velocity_(options_.momentum > 0 ? parameters_.size() : 0),
      next_tick_(now + model_->Period()),
      loss_([this] { return Loss(); }) {
  const double gain = TotalGain(model_->ServerGain(), options_.momentum);
  if (gain > kSafeGain) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "server gain eta*M/(1-momentum) is %.2f: above %.1f training with long local phases may "
                  "diverge",
                  gain, kSafeGain);
    warnings_.emplace_back(text);
    Event(Severity::kWarning, "server_gain_high", {{"model", model_->name()}, {"gain", gain}, {"safe", kSafeGain}});
  }
  Obey(model_->Begin(Look(now)));
}

double ParameterServer::Loss() const {
  if (options_.loss) return options_.loss(parameters_);
  double sum = 0;
  std::size_t known = 0;
  for (const auto& [id, worker] : workers_) {
    if (!worker.active || worker.commits == 0) continue;
    sum += worker.loss;
    ++known;
  }
  return known == 0 ? 0 : sum / static_cast<double>(known);
}

Standing ParameterServer::Look(Time now) const {
  Standing seen{.now = now, .version = version_, .workers = workers_, .loss = loss_};
  seen.held = held_.size();
  for (const auto& [id, worker] : workers_) {
    if (!worker.active) continue;
    seen.lowest = seen.active == 0 ? worker.clock : std::min(seen.lowest, worker.clock);
    seen.highest = std::max(seen.highest, worker.clock);
    ++seen.active;
    if (worker.held) ++seen.held_active;
  }
  return seen;
}

void ParameterServer::Obey(Order order) {
  if (order == Order::kRemember) remembered_ = parameters_;
  if (order == Order::kReturn) {
    CHECK(remembered_.size() == parameters_.size());
    parameters_ = remembered_;
    std::ranges::fill(velocity_, 0.0F);
    ++version_;
  }
}

void ParameterServer::Change(std::span<const float> update, double weight) {
  if (velocity_.empty()) {
    AddScaled(parameters_, update, weight);
  } else {
    std::vector<float> change(update.size());
    AddScaled(change, update, weight);
    AddWithMomentum(parameters_, velocity_, change, options_.momentum);
  }
  ++version_;
}

bool ParameterServer::Tell(WorkerClock& worker, const Standing& seen) {
  const Work work = model_->NextWork(seen, worker);
  if (std::holds_alternative<Wait>(work.until)) return false;
  worker.waiting = false;
  worker.batch = work.batch;
  if (work.pull) {
    worker.pulled_version = version_;
    worker.seen_lowest = seen.lowest;
  }
  releases_.push_back({worker.id, work});
  ++changes_;
  return true;
}

void ParameterServer::Settle(Time now) {
  if (const std::optional<double> divisor = model_->Close(Look(now)); divisor && held_.size() > 0) {
    Change(held_.TakeMean(*divisor, parameters_.size()), 1);
    for (auto& [id, worker] : workers_) worker.held = false;
    Obey(model_->Closed(Look(now)));
  }
  const Standing seen = Look(now);
  for (auto& [id, worker] : workers_) {
    if (worker.active && worker.waiting && model_->MayProceed(seen, worker)) Tell(worker, seen);
  }
}

void ParameterServer::Join(WorkerId id, Time now) {
  const Standing before = Look(now);
  const auto [found, fresh] = workers_.try_emplace(id);
  WorkerClock& worker = found->second;
  if (!fresh && worker.active && !worker.waiting) {
    Tell(worker, before);
    return;
  }
  if (fresh || !worker.active) {
    worker.id = id;
    worker.active = true;
    worker.clock = std::max(worker.clock, before.lowest);
    ++changes_;
  }
  worker.waiting = true;
  Settle(now);
}

void ParameterServer::Leave(WorkerId id, Time now) {
  const auto found = workers_.find(id);
  if (found == workers_.end() || !found->second.active) return;
  found->second.active = false;
  found->second.waiting = false;
  ++changes_;
  std::erase_if(releases_, [&](const Release& release) { return release.worker == id; });
  Settle(now);
}

Result<Receipt> ParameterServer::Commit(WorkerId id, const CommitReport& report, std::span<const float> update,
                                        Time now) {
  const auto refuse = [&](Code code, const std::string& what) {
    return Fail(code, "commit of worker " + std::to_string(id) + ": expected " + what);
  };
  const auto found = workers_.find(id);
  if (found == workers_.end() || !found->second.active) return refuse(Code::kNotFound, "one that has joined");
  WorkerClock& worker = found->second;
  if (report.number <= worker.commits && report.number > 0) return Receipt::kRepeated;
  if (report.number != worker.commits + 1) {
    return refuse(Code::kOutOfRange,
                  "number " + std::to_string(worker.commits + 1) + ", got " + std::to_string(report.number));
  }
  if (worker.waiting) return refuse(Code::kFailedPrecondition, "it to wait for its turn");
  if (update.size() != parameters_.size()) {
    return refuse(Code::kInvalidArgument,
                  std::to_string(parameters_.size()) + " values, got " + std::to_string(update.size()));
  }
  if (!options_.finite_updates && !AllFinite(update))
    return refuse(Code::kInvalidArgument, "finite values, got others");

  // A device that was away has trained on what it had then, whatever it has been told since.
  if (report.version) worker.pulled_version = std::min(worker.pulled_version, *report.version);
  const Application how = model_->Apply(Look(now), worker, report);
  switch (how.way) {
    case Application::Way::kAdd:
      Change(update, how.weight);
      break;
    case Application::Way::kMix:
      MixIn(parameters_, update, how.weight);
      ++version_;
      break;
    case Application::Way::kHold:
      held_.Add(id, report.number, how.weight, update);
      worker.held = true;
      break;
  }
  ++changes_;
  ++worker.commits;
  ++worker.clock;
  worker.steps += report.steps;
  worker.step_time = report.step_time;
  worker.commit_time = report.commit_time;
  worker.loss = report.loss;
  worker.waiting = true;
  Settle(now);
  return Receipt::kTaken;
}

std::optional<Time> ParameterServer::NextTick() const {
  if (model_->Period() == Duration{}) return std::nullopt;
  return next_tick_;
}

void ParameterServer::Tick(Time now) {
  const Duration period = model_->Period();
  if (period == Duration{} || now < next_tick_) return;
  // Ticks that a pause has swallowed are not made up for.
  while (next_tick_ <= now) next_tick_ += period;
  model_->Tick(Look(now));
  ++changes_;
  Settle(now);
}

}  // namespace propius
