// What the tests of this room share: a runtime that is driven by hand, a store that refuses on demand, and a site of
// all desks that can crash.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "control/client_desk.h"
#include "control/dispatcher.h"
#include "control/job_book.h"
#include "control/job_desk.h"
#include "scheduling/policies/fifo.h"
#include "store/memory.h"

namespace propius {

class ManualRuntime final : public Runtime {
 public:
  explicit ManualRuntime(std::uint64_t seed = 1) : chance_(seed) {}

  Time Now() const override { return now_; }
  void At(Time when, Task task) override { tasks_.emplace(std::max(when, now_), std::move(task)); }
  Rng& Chance() override { return chance_; }

  bool Step(Time end) {
    if (tasks_.empty() || tasks_.begin()->first > end) return false;
    auto first = tasks_.extract(tasks_.begin());
    now_ = first.key();
    first.mapped()();
    return true;
  }
  void RunFor(Duration span) {
    const Time end = now_ + span;
    while (Step(end)) {
    }
    now_ = end;
  }

 private:
  Rng chance_;
  Time now_ = Time(1000s);
  std::multimap<Time, Task> tasks_;  // equal instants stay in the order of the calls
};

// Refuses the next `refusals` commits and counts those that were tried.
class RefusingStore final : public JobStore {
 public:
  RefusingStore(Runtime& runtime, std::unique_ptr<JobStore> store) : runtime_(runtime), store_(std::move(store)) {}

  Result<JobChanges> Load() override { return store_->Load(); }
  void Commit(JobChanges changes, Done<void> done) override {
    ++tried;
    if (refusals == 0) return store_->Commit(std::move(changes), std::move(done));
    --refusals;
    runtime_.Post([done = std::move(done)] { done(Fail(Code::kUnavailable, "disk is full")); });
  }

  int refusals = 0;
  int tried = 0;

 private:
  Runtime& runtime_;
  std::unique_ptr<JobStore> store_;
};

// Where a call's answer lands.
template <typename T>
class Caught {
 public:
  Done<T> done() {
    return [answers = answers_](Result<T> answer) { answers->push_back(std::move(answer)); };
  }
  bool answered() const { return !answers_->empty(); }
  std::size_t count() const { return answers_->size(); }
  const Result<T>& get(std::size_t i = 0) const { return answers_->at(i); }

 private:
  std::shared_ptr<std::vector<Result<T>>> answers_ = std::make_shared<std::vector<Result<T>>>();
};

inline Attributes Has(std::vector<Attribute> entries) { return *Attributes::Make(std::move(entries), "test"); }
inline Constraint Needs(std::vector<Attribute> bounds) { return Constraint(Has(std::move(bounds))); }

inline JobSpec SpecOf(std::uint32_t demand, std::uint32_t rounds = 100) {
  JobSpec spec;
  spec.name = "digits";
  spec.rounds = rounds;
  spec.demand = demand;
  return spec;
}

// Plans what the test says, and keeps what it saw.
class ScriptedPolicy final : public Policy {
 public:
  struct Seen {
    std::vector<KnownJob> jobs;
    std::vector<OpenRequest> requests;
    std::int64_t devices = 0;
  };
  explicit ScriptedPolicy(const Plan& plan, Seen* seen = nullptr) : plan_(plan), seen_(seen) {}
  Plan MakePlan(const Snapshot& now, Rng& /*chance*/) override {
    if (seen_ != nullptr) {
      seen_->jobs.assign(now.jobs.begin(), now.jobs.end());
      seen_->requests.assign(now.requests.begin(), now.requests.end());
      seen_->devices = now.census.Size();
    }
    return plan_;
  }

 private:
  const Plan& plan_;
  Seen* seen_;
};

// The control plane of one process, as the apps build it.
struct Desks {
  explicit Desks(std::uint64_t seed = 1) : runtime(seed) { clients.leaves = {"http://leaf-0", "http://leaf-1"}; }

  void Start() {
    auto memory = OpenMemoryJobStore(runtime, disk, disk_options);
    store = std::make_unique<RefusingStore>(runtime, std::move(memory));
    auto opened = JobBook::Open(runtime, *store);
    ASSERT_TRUE(opened) << opened.error().message;
    book = *std::move(opened);
    window = std::make_unique<DeviceWindow>(window_span, window_limits);
    dispatcher = std::make_unique<Dispatcher>(runtime, *book, *window, make_policy());
    job_desk = std::make_unique<JobDesk>(runtime, *book, *dispatcher, sealer, jobs);
    client_desk = std::make_unique<ClientDesk>(runtime, *book, *dispatcher, *window, sealer, clients);
    client_desk->OnRoundChanged([desk = job_desk.get()](const RoundKey& round) { desk->RoundChanged(round); });
    runtime.RunFor(0us);
  }

  // What is not on the disk is gone; tasks that were left on the runtime find nobody.
  void Crash() {
    client_desk.reset();
    job_desk.reset();
    dispatcher.reset();
    window.reset();
    book.reset();
    store.reset();
  }

  void Restart() {
    Crash();
    Start();
  }

  JobCaller Caller(std::string key = "") {
    if (key.empty()) key = "key-" + std::to_string(++keys);
    return {.tenant = "team", .key = std::move(key), .ip = "10.0.0.1", .port = 7};
  }

  template <typename T>
  Result<T> Await(const Caught<T>& caught) {
    for (int i = 0; i < 100'000 && !caught.answered(); ++i) {
      if (!runtime.Step(runtime.Now() + 10s)) break;
    }
    EXPECT_EQ(caught.count(), 1U);
    return caught.answered() ? caught.get() : Fail(Code::kDeadlineExceeded, "no answer");
  }

  Result<JobId> Register(JobSpec spec, const std::string& key = "") {
    Caught<JobId> caught;
    job_desk->Register(Caller(key), std::move(spec), caught.done());
    return Await(caught);
  }
  Result<RoundGrant> Request(JobId job, std::uint32_t demand = 0, const std::string& key = "") {
    Caught<RoundGrant> caught;
    job_desk->RequestRound(Caller(key), job, demand, plan, caught.done());
    return Await(caught);
  }
  Result<RoundStatus> End(RoundKey round, const std::string& key = "") {
    Caught<RoundStatus> caught;
    job_desk->EndRequest(Caller(key), round, caught.done());
    return Await(caught);
  }
  Result<Job> Finish(JobId job, const std::string& key = "") {
    Caught<Job> caught;
    job_desk->FinishJob(Caller(key), job, caught.done());
    return Await(caught);
  }
  Result<BindCensus> Close(RoundKey round, RoundOutcome outcome = RoundOutcome::kCompleted, std::uint32_t counted = 1) {
    Caught<BindCensus> caught;
    job_desk->RoundClosed({round, outcome, counted, "target reached"}, caught.done());
    return Await(caught);
  }
  Result<Greeting> CheckIn(std::uint64_t device, Attributes attributes = {}, std::vector<TaskReport> reports = {}) {
    Caught<Greeting> caught;
    client_desk->CheckIn({device}, std::move(attributes), std::move(reports), caught.done());
    return Await(caught);
  }
  Result<Greeting> Ping(std::uint64_t device, std::vector<TaskReport> reports = {}) {
    Caught<Greeting> caught;
    client_desk->Ping({device}, std::move(reports), caught.done());
    return Await(caught);
  }
  Result<Bound> Accept(std::uint64_t device, RoundKey round, const std::string& nonce = "n") {
    Caught<Bound> caught;
    client_desk->Accept({device}, round, nonce, caught.done());
    return Await(caught);
  }
  // Checks in and takes the round.
  Result<Bound> Take(std::uint64_t device, RoundKey round, const std::string& nonce = "n") {
    const auto greeting = CheckIn(device);
    if (!greeting) return tl::unexpected(greeting.error());
    return Accept(device, round, nonce);
  }
  // A registered job and its first open round.
  RoundKey OpenRound(JobSpec spec) {
    const auto job = Register(std::move(spec));
    EXPECT_TRUE(job) << job.error().message;
    const auto grant = Request(*job);
    EXPECT_TRUE(grant) << grant.error().message;
    return grant->round;
  }

  const Job& JobOf(JobId id) const { return *book->FindJob(id); }
  const Round& RoundOf(RoundKey key) const { return *book->FindRound(key); }

  ManualRuntime runtime;
  MemoryDisk disk;
  MemoryDiskOptions disk_options;
  std::function<std::unique_ptr<Policy>()> make_policy = MakeFifo;
  Duration window_span = 1h;
  DeviceWindowLimits window_limits;
  JobDeskOptions jobs;
  ClientDeskOptions clients;
  Sealer sealer{std::string(32, 's')};
  Digest plan = std::string(32, 'p');
  int keys = 0;

  std::unique_ptr<RefusingStore> store;
  std::unique_ptr<JobBook> book;
  std::unique_ptr<DeviceWindow> window;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<JobDesk> job_desk;
  std::unique_ptr<ClientDesk> client_desk;
};

}  // namespace propius
