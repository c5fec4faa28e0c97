#include "control/dispatcher.h"

#include <map>
#include <unordered_map>
#include <utility>

namespace propius {
namespace {

OpenRequest RequestOf(const Job& job, const Round& round) {
  return {.job = job.id,
          .tenant = job.tenant,
          .needs = job.spec.needs,
          .registered_at = job.time_stamp,
          .requested_at = round.requested_at,
          .round = round.terms.round,
          .demand = round.terms.slots,
          .remaining = round.terms.slots - round.live,
          .attained_service = job.attained_service,
          .total_demand = job.total_demand};
}

}  // namespace

Dispatcher::Dispatcher(Runtime& runtime, JobBook& book, const Census& census, std::unique_ptr<Policy> policy)
    : runtime_(runtime), book_(book), census_(census), policy_(std::move(policy)) {}

const Plan& Dispatcher::plan() {
  if (stale_) MakePlan();
  return plan_;
}

const Lineup& Dispatcher::lineup() {
  if (stale_) MakePlan();
  return lineup_;
}

void Dispatcher::MakePlan() {
  std::vector<OpenRequest> requests;
  requests.reserve(book_.open_jobs().size());
  for (const JobId id : book_.open_jobs()) requests.push_back(RequestOf(*book_.FindJob(id), *book_.CurrentRound(id)));
  plan_ = policy_->MakePlan({runtime_.Now(), requests, census_}, runtime_.Chance());
  stale_ = false;
  ++plans_made_;
  LineUp(requests);
  WriteScores();
}

void Dispatcher::LineUp(const std::vector<OpenRequest>& requests) {
  lineup_ = {};
  std::map<Constraint, std::size_t> index;
  std::unordered_map<JobId, Lineup::Place> places;
  for (const OpenRequest& request : requests) {
    const auto [known, is_new] = index.try_emplace(request.needs, lineup_.needs.size());
    if (is_new) lineup_.needs.push_back(request.needs);
    places.emplace(request.job, Lineup::Place{{request.job, request.round}, known->second});
  }
  for (const Group& group : plan_) {
    Lineup::Queue& queue = lineup_.queues.emplace_back();
    queue.admits = group.admits;
    for (const JobId job : group.order) {
      // A policy of somebody else may name a job that has no open request.
      const auto place = places.find(job);
      if (place != places.end()) queue.places.push_back(place->second);
    }
  }
}

void Dispatcher::WriteScores() {
  for (const JobId job : scored_) book_.SetScore(job, 0);
  scored_.clear();
  // From the last to the first: of several places of one job its best one stays.
  double score = 0;
  for (auto queue = lineup_.queues.rbegin(); queue != lineup_.queues.rend(); ++queue) {
    for (auto place = queue->places.rbegin(); place != queue->places.rend(); ++place) {
      score += 1;
      book_.SetScore(place->round.job, score);
      scored_.push_back(place->round.job);
    }
  }
}

}  // namespace propius
