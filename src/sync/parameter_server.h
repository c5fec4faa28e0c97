// The parameters of one asynchronous job and the workers that train them: takes updates, applies each once, and says
// who may go on with what. One object for production and for simulation: it is handed time, has no thread, no clock and
// no socket, and its whole state goes to bytes and back.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sync/held_updates.h"
#include "sync/sync_model.h"

namespace propius {

struct ServerOptions {
  // Explicit momentum of the server: V = momentum * V + change, parameters += V. 0: none.
  double momentum = 0;
  // Global loss of these parameters. Without one, the mean of what the workers last reported takes its place.
  std::function<double(std::span<const float>)> loss{};
  // Whoever hands updates in has found their values finite: they are not read once more for that.
  bool finite_updates = false;
};

// A worker may go on, from the parameters as they are when this is taken.
struct Release {
  WorkerId worker = 0;
  Work work;
};

enum class Receipt {
  kTaken,     // in the parameters, or held until others have sent theirs
  kRepeated,  // was taken before: nothing changed
};

class ParameterServer {
 public:
  ParameterServer(std::unique_ptr<SyncModel> model, std::vector<float> parameters, ServerOptions options, Time now);

  ParameterServer(const ParameterServer&) = delete;
  ParameterServer& operator=(const ParameterServer&) = delete;

  // A worker comes, or comes back. One that has its work already is told again what to do.
  void Join(WorkerId worker, Time now);
  // Nobody waits for it any more; what it sent stays. Unknown ids are passed over.
  void Leave(WorkerId worker, Time now);

  // Takes an update. kNotFound: not joined. kOutOfRange: a gap before `report.number`; the message says which number is
  // expected. kInvalidArgument: another length, or a value that is not finite. An error changes nothing.
  Result<Receipt> Commit(WorkerId worker, const CommitReport& report, std::span<const float> update, Time now);

  // When Tick() is due, if ever.
  std::optional<Time> NextTick() const;
  void Tick(Time now);

  // Who may go on since the last call, in the order in which they may.
  std::vector<Release> TakeReleases() { return std::exchange(releases_, {}); }

  std::span<const float> parameters() const { return parameters_; }
  std::uint64_t version() const { return version_; }
  // Grows with whatever Save() would write anew, but for the time of the next tick.
  std::uint64_t changes() const { return changes_; }
  const std::map<WorkerId, WorkerClock>& workers() const { return workers_; }
  const SyncModel& model() const { return *model_; }
  double Loss() const;
  // What is unwise about the settings, in words; empty if nothing is.
  const std::vector<std::string>& warnings() const { return warnings_; }

  // Parameters, versions, clocks, held updates and what the model knows.
  std::string Save() const;
  // Into a server that was just made with the same model and as many parameters. After an error it is unusable.
  Status Load(std::string_view bytes);

 private:
  Standing Look(Time now) const;
  void Obey(Order order);
  void Change(std::span<const float> update, double weight);
  void Settle(Time now);
  // Whether the worker got work; else it goes on waiting.
  bool Tell(WorkerClock& worker, const Standing& seen);

  std::unique_ptr<SyncModel> model_;
  std::vector<float> parameters_;
  ServerOptions options_;
  std::vector<float> velocity_;    // empty without momentum
  std::vector<float> remembered_;  // empty: nothing is
  HeldUpdates held_;
  std::uint64_t version_ = 0;
  std::uint64_t changes_ = 0;
  std::map<WorkerId, WorkerClock> workers_;
  Time next_tick_{};
  std::vector<Release> releases_;
  std::vector<std::string> warnings_;
  std::function<double()> loss_;  // for the model's eyes
};

}  // namespace propius
