#include "control/job_book.h"

#include <utility>

#include "base/check.h"
#include "control/job_book_state.h"

namespace propius {

JobBook::JobBook(std::unique_ptr<State> state) : state_(std::move(state)) {}
JobBook::~JobBook() = default;

Result<std::unique_ptr<JobBook>> JobBook::Open(Runtime& runtime, JobStore& store) {
  Result<JobChanges> loaded = store.Load();
  if (!loaded) return tl::unexpected(loaded.error());
  auto state = std::make_unique<State>(runtime, store);
  if (const Status status = state->Restore(*std::move(loaded)); !status) return tl::unexpected(status.error());
  return std::unique_ptr<JobBook>(new JobBook(std::move(state)));
}

const std::map<JobId, Job>& JobBook::jobs() const { return state_->jobs; }
const std::set<JobId>& JobBook::open_jobs() const { return state_->open; }

const Job* JobBook::FindJob(JobId id) const {
  const auto found = state_->jobs.find(id);
  return found == state_->jobs.end() ? nullptr : &found->second;
}

const Round* JobBook::FindRound(const RoundKey& key) const {
  const BookedRound* record = state_->Find(key);
  return record == nullptr ? nullptr : &record->round;
}

const Round* JobBook::CurrentRound(JobId id) const {
  const auto found = state_->rounds.find(id);
  return found == state_->rounds.end() ? nullptr : &found->second.back().round;
}

const Binding* JobBook::FindBinding(const RoundKey& key, Slot slot) const {
  const BookedRound* record = state_->Find(key);
  return record == nullptr || slot.value >= record->bindings.size() ? nullptr : &record->bindings[slot.value];
}

const Binding* JobBook::LiveBinding(DeviceId device) const {
  const auto found = state_->traces.find(device);
  if (found == state_->traces.end() || !found->second.holds()) return nullptr;
  return FindBinding(found->second.held, found->second.slot);
}

bool JobBook::HadAnySlot(DeviceId device) const { return state_->traces.contains(device); }

std::vector<const Binding*> JobBook::BindingsOf(const RoundKey& key) const {
  std::vector<const Binding*> bindings;
  if (const BookedRound* record = state_->Find(key)) {
    for (const Binding& binding : record->bindings) bindings.push_back(&binding);
  }
  return bindings;
}

bool JobBook::HadSlot(const RoundKey& key, DeviceId device) const {
  const BookedRound* record = state_->Find(key);
  // A device may come back to an asynchronous job as often as it likes.
  return record != nullptr && !record->round.terms.sync && record->devices.contains(device);
}

const MemoisedReply* JobBook::FindReply(const std::string& key) const { return state_->replies.Find(key); }

JobId JobBook::AddJob(TenantId tenant, JobSpec spec, std::string job_ip, std::uint32_t port) {
  const JobId id = state_->next_job;
  state_->next_job.value += 1;
  Job job;
  job.id = id;
  job.tenant = std::move(tenant);
  job.spec = std::move(spec);
  job.time_stamp = state_->runtime.Now();
  job.job_ip = std::move(job_ip);
  job.port = port;
  job.total_demand = std::uint64_t{SlotsFor(job.spec.demand, job.spec.over_commit)} * job.spec.rounds;
  job.total_round = job.spec.rounds;
  job.last_heard = job.time_stamp;
  state_->jobs.emplace(id, std::move(job));
  TouchedRecords& touched = state_->commits.Touch();
  touched.jobs.insert(id);
  touched.next_job = true;
  return id;
}

void JobBook::FinishJob(JobId id, std::string reason) {
  const Round* current = CurrentRound(id);
  if (current != nullptr && !current->closed()) {
    CloseRound(current->terms.key(), RoundOutcome::kAborted, 0, "job finished: " + reason);
  }
  Job& job = state_->jobs.at(id);
  job.state = JobState::kFinished;
  job.finish_reason = std::move(reason);
  job.last_heard = state_->runtime.Now();
  state_->commits.Touch().jobs.insert(id);
}

void JobBook::Heard(JobId id) { state_->jobs.at(id).last_heard = state_->runtime.Now(); }

void JobBook::SetScore(JobId id, double score) {
  const auto found = state_->jobs.find(id);
  if (found != state_->jobs.end()) found->second.score = score;
}

void JobBook::RemoveJob(JobId id) {
  CHECK(state_->jobs.at(id).state == JobState::kFinished);
  for (const BookedRound& record : state_->rounds[id]) {
    if (record.round.closed()) state_->closed_with_bindings.erase({*record.round.closed_at, record.round.terms.key()});
  }
  state_->rounds.erase(id);
  state_->jobs.erase(id);
  state_->commits.Touch().jobs.insert(id);
}

void JobBook::Remember(MemoisedReply reply) {
  TouchedRecords& touched = state_->commits.Touch();
  touched.replies.insert(reply.key);
  for (std::string& dropped : state_->replies.Put(std::move(reply))) touched.replies.insert(std::move(dropped));
}

void JobBook::ForgetRepliesBefore(Time time) {
  std::vector<std::string> dropped = state_->replies.DropBefore(time);
  if (dropped.empty()) return;
  TouchedRecords& touched = state_->commits.Touch();
  for (std::string& key : dropped) touched.replies.insert(std::move(key));
}

void JobBook::WhenDurable(Task then) { state_->commits.WhenDurable(std::move(then)); }
bool JobBook::healthy() const { return state_->commits.healthy(); }

}  // namespace propius
