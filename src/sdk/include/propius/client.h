// The client library: what a device embeds to take part in the jobs of a fleet. Private attributes are used here and
// never sent.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "propius/error.h"

namespace propius::sdk {

using AttributeMap = std::map<std::string, double>;

// One task on offer, as the device sees it.
struct TaskOffer {
  std::uint64_t job_id = 0;
  std::uint32_t round = 0;
  AttributeMap private_constraint;  // lower bounds on private attributes
};

// A task that the device holds.
struct HeldTask {
  std::uint64_t job_id = 0;
  std::uint32_t round = 0;
  std::uint32_t slot = 0;
  // True once the lease is lost or the round's time is up: training may stop early.
  std::function<bool()> cancelled;
};

// What training gives back: a safetensors file with the tensors that the plan asks for, and its weight.
struct Update {
  std::string tensors;
  double weight = 1.0;
};

// The index of the offer to take, or none. The default takes the first whose private constraint is met.
using DecideHook = std::function<std::optional<std::size_t>(const std::vector<TaskOffer>&, const AttributeMap& own)>;
// `plan` is the job's safetensors file, checked against the digest that was signed for it. An error gives the task
// back.
using TrainHook = std::function<Result<Update>(const HeldTask&, const std::string& plan)>;

// What a device of an asynchronous job does until its next commit.
struct Span {
  std::uint32_t steps = 0;  // so many mini-batches; 0: as many as fit into `time`, at least one
  std::chrono::microseconds time{0};
  std::uint32_t batch = 0;       // images of a mini-batch; 0: as the parameters' job says
  bool push_parameters = false;  // the update is the parameters themselves, not their difference
  std::uint64_t version = 0;     // of `parameters`
  std::uint64_t commits = 0;     // of this task so far
  std::string parameters;        // safetensors to begin with; empty: go on with those of the last span
};
struct SpanUpdate {
  std::string tensors;                     // safetensors, as `push_parameters` says
  std::uint32_t steps = 1;                 // mini-batches in it
  std::chrono::microseconds step_time{0};  // of one
  double loss = 0;                         // of the last one
};
// `plan` as for TrainHook, the same for all spans of a task: what it says of training, and the initial parameters. An
// error ends the task.
using SpanHook = std::function<Result<SpanUpdate>(const HeldTask&, const std::string& plan, const Span&)>;

struct ClientOptions {
  std::string client_manager;   // host:port
  std::uint64_t device_id = 0;  // 0: drawn at random; keep id() to be the same device next time
  AttributeMap public_attributes;
  AttributeMap private_attributes;
  DecideHook decide;    // empty: the default
  SpanHook train_span;  // for asynchronous jobs; empty: their offers are passed over
  std::chrono::milliseconds call_timeout{10'000};
  std::chrono::milliseconds upload_patience{60'000};  // how long an unanswered upload is retried, within the round
};

enum class TaskEnd { kNone, kCommitted, kLate, kRejected, kFailed };

struct TaskSummary {
  TaskEnd end = TaskEnd::kNone;  // kNone: nothing was offered or chosen
  std::uint64_t job_id = 0;
  std::uint32_t round = 0;
  std::string reason;
  std::chrono::milliseconds retry_after{0};  // come back after this
  std::chrono::milliseconds busy{0};         // from accept to the last answer
};

// True if every bound is met by an attribute of that name.
bool Meets(const AttributeMap& own, const AttributeMap& lower_bounds);

// One device. Blocking; one thread at a time, except Stop().
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();

  std::uint64_t id() const;
  void SetPrivateAttribute(const std::string& name, double value);

  // Checks in, decides, accepts, fetches, trains, uploads until the contribution is committed, late or rejected, and
  // renews the lease meanwhile. At most one task. Fails only if no answer could be had; then come back later.
  Result<TaskSummary> RunOnce(const TrainHook& train);
  // RunOnce for ever, waiting as told in between, until Stop().
  void Run(const TrainHook& train, const std::function<void(const TaskSummary&)>& after = {});
  // From any thread, for good: Run returns soon, a task that is held is given back, RunOnce fails as "aborted".
  void Stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace propius::sdk
