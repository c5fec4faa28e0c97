// A way to keep the workers of one job in step. Every one is a choice of three hooks on the same parameter server: what
// a worker does until its next commit (A), when it may take the next parameters (B), and what the server does with an
// update (C); and of what happens when time passes. Decides from values; the arithmetic is the server's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/pack.h"
#include "sync/standing.h"
#include "sync/work.h"

namespace propius {

struct Application {
  enum class Way {
    kAdd,   // parameters += weight * update, at once
    kHold,  // kept, with its weight, until Close()
    kMix,   // parameters = (1 - weight) * parameters + weight * the worker's parameters
  };
  Way way = Way::kAdd;
  double weight = 1;
};

// What a model may do with the parameters as a whole: a search tries settings from the same start.
enum class Order {
  kGoOn,
  kRemember,  // the parameters as they are now
  kReturn,    // to those remembered
};

class SyncModel {
 public:
  virtual ~SyncModel() = default;

  virtual std::string_view name() const = 0;
  virtual PushForm push_form() const { return PushForm::kDifference; }
  // Called once, before the first worker joins.
  virtual Order Begin(const Standing& /*seen*/) { return Order::kGoOn; }

  // A. Asked whenever a worker may go on.
  virtual Work NextWork(const Standing& seen, const WorkerClock& worker) = 0;
  // B. Whether a worker that has committed may go on; asked again whenever something changed.
  virtual bool MayProceed(const Standing& seen, const WorkerClock& worker) const = 0;
  // C. `seen` and `worker` as they were before this commit.
  virtual Application Apply(const Standing& seen, const WorkerClock& worker, const CommitReport& report) = 0;
  // If the held updates are now to be added: by what their weighted sum is divided. Asked after each commit.
  virtual std::optional<double> Close(const Standing& /*seen*/) const { return std::nullopt; }
  // After held updates were added and before anybody goes on.
  virtual Order Closed(const Standing& /*seen*/) { return Order::kGoOn; }

  // How often Tick() wants to be called; zero: never.
  virtual Duration Period() const { return {}; }
  virtual void Tick(const Standing& /*seen*/) {}

  // Updates that are held at a time, at the most; with workers that come and go it may be some more.
  virtual std::uint32_t MostHeld(std::uint32_t /*workers*/) const { return 0; }

  // What all workers' updates weigh together once everybody has committed: 1 is model averaging.
  virtual double ServerGain() const = 0;
  // What the model adapts as it goes, if anything: local steps, or commits in a check period.
  virtual std::optional<double> Knob() const { return std::nullopt; }

  // What the model knows beyond its settings.
  virtual void Save(Packer& /*to*/) const {}
  virtual void Load(Unpacker& /*from*/) {}
};

}  // namespace propius
