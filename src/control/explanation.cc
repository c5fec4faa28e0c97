#include "control/explanation.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "control/expected_wait.h"

namespace propius {
namespace {

class Explainer {
 public:
  Explainer(Dispatcher& dispatcher, const JobBook& book, std::vector<Attributes> kinds, JobExplanation& told)
      : dispatcher_(dispatcher), book_(book), told_(told), kinds_(std::move(kinds)) {
    const auto places = dispatcher_.places();
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Dispatcher::Place& place = places[i];
      competitors_.push_back({place.key.job, *dispatcher_.PredicateOf(place.key.job), dispatcher_.PlacesLeft(place)});
      if (place.key.job == told_.job.id) whose_ = i;
    }
    for (const JobTerms& terms : dispatcher_.plan().terms) {
      const auto found = std::ranges::lower_bound(competitors_, terms.job, {}, &Competitor::job);
      if (found != competitors_.end() && found->job == terms.job) found->share = ShareLetIn(terms);
    }
  }

  void Tell() {
    if (const auto predicate = dispatcher_.PredicateOf(told_.job.id)) TellSupply(*predicate);
    if (whose_ >= competitors_.size()) return;
    told_.waiting = true;
    TellPlace();
    told_.expected_wait = Wait();
    TellRemedies();
  }

 private:
  // By their speed, of the devices in the window.
  double ShareLetIn(const JobTerms& terms) const {
    if (terms.fastest == Duration{} && terms.slowest == Duration::max()) return 1;
    const JobSpec& spec = book_.FindJob(terms.job)->spec;
    double all = 0;
    double let_in = 0;
    dispatcher_.window().ForEachProfile([&](const Profile& profile) {
      if (!spec.needs.Admits(profile.attributes)) return;
      const auto devices = static_cast<double>(profile.devices);
      const std::optional<Duration> task = TaskTime(spec.work, dispatcher_.SpeedOf(profile));
      all += devices;
      if (task && *task >= terms.fastest && *task < terms.slowest) let_in += devices;
    });
    return all > 0 ? let_in / all : 1;
  }

  void TellSupply(PredicateId predicate) {
    const Supply& supply = dispatcher_.supply();
    told_.eligible_per_hour = supply.Rate(predicate) * 3600;
    told_.checkins_per_hour = supply.TotalRate() * 3600;
    told_.window_eligible = dispatcher_.window().SubsetSize(told_.job.spec.needs);
    told_.window_devices = dispatcher_.window().Size();
  }

  void TellPlace() {
    const Supply& supply = dispatcher_.supply();
    told_.requests = static_cast<std::uint32_t>(competitors_.size());
    told_.rank = 1;
    const double score = book_.FindJob(told_.job.id)->score;
    const AtomSet& mine = supply.Eligible(competitors_[whose_].predicate);
    for (const Competitor& rival : competitors_) {
      const Job& job = *book_.FindJob(rival.job);
      if (job.score <= score) continue;
      told_.rank += 1;
      // Before the first check-ins nobody can be told apart.
      if (supply.atoms() > 0 && (mine & supply.Eligible(rival.predicate)).empty()) continue;
      told_.ahead += 1;
      told_.ahead_places += rival.remaining;
      if (job.tenant == told_.job.tenant) told_.ahead_yours.push_back(job.id);
    }
  }

  std::optional<Duration> Wait() const {
    return ExpectedWait(dispatcher_.plan(), competitors_, dispatcher_.supply(), kinds_, whose_);
  }

  std::optional<Duration> WaitFor(std::uint32_t places) {
    const std::uint32_t before = std::exchange(competitors_[whose_].remaining, places);
    const auto wait = Wait();
    competitors_[whose_].remaining = before;
    return wait;
  }

  void TellRemedies() {
    const Round& round = *told_.round;
    const std::uint32_t left = competitors_[whose_].remaining;
    if (told_.ahead > 0) {
      const std::vector<Competitor> alone = {competitors_[whose_]};
      Add({.kind = Remedy::Kind::kNoRivals,
           .attribute = "",
           .expected = ExpectedWait(dispatcher_.plan(), alone, dispatcher_.supply(), kinds_, 0)});
    }
    if (round.terms.slots > round.terms.demand) {
      const std::uint32_t spare = round.terms.slots - round.terms.demand;
      Add({.kind = Remedy::Kind::kOverCommit, .attribute = "", .expected = WaitFor(left - std::min(left, spare))});
    }
    if (round.terms.demand > 1) {
      const std::uint32_t half = round.terms.slots / 2;
      Add({.kind = Remedy::Kind::kDemand, .attribute = "", .expected = WaitFor(left - std::min(left, half))});
    }
    for (const Attribute& bound : told_.job.spec.needs.bounds().entries()) TellBound(bound);
    std::ranges::stable_sort(told_.remedies, {}, [](const Remedy& remedy) {
      return std::pair(remedy.expected.value_or(Duration::max()), -remedy.supply_factor);
    });
  }

  void TellBound(const Attribute& bound) {
    std::vector<Attribute> others;
    for (const Attribute& each : told_.job.spec.needs.bounds().entries()) {
      if (each.name != bound.name) others.push_back(each);
    }
    const Constraint without(Attributes::Make(std::move(others), "constraint").value_or(Attributes()));
    const std::int64_t devices = dispatcher_.window().SubsetSize(without);
    if (devices <= told_.window_eligible) return;
    Remedy remedy;
    remedy.kind = Remedy::Kind::kConstraint;
    remedy.attribute = bound.name;
    remedy.bound = bound.value;
    if (told_.window_eligible > 0) {
      remedy.supply_factor = static_cast<double>(devices) / static_cast<double>(told_.window_eligible);
      if (told_.expected_wait) remedy.expected = FromSeconds(Seconds(*told_.expected_wait) / remedy.supply_factor);
    } else {
      remedy.supply_factor = std::numeric_limits<double>::infinity();
    }
    told_.remedies.push_back(std::move(remedy));
  }

  // What would not help is not told.
  void Add(Remedy remedy) {
    if (!remedy.expected) return;
    if (told_.expected_wait && *remedy.expected >= *told_.expected_wait) return;
    told_.remedies.push_back(std::move(remedy));
  }

  Dispatcher& dispatcher_;
  const JobBook& book_;
  JobExplanation& told_;
  std::vector<Attributes> kinds_;  // by atom
  std::vector<Competitor> competitors_;
  std::size_t whose_ = std::numeric_limits<std::size_t>::max();
};

// By atom, the attributes that most of its devices in the window state.
std::vector<Attributes> KindsOf(Dispatcher& dispatcher) {
  std::vector<Attributes> kinds;
  std::vector<std::int64_t> devices;
  dispatcher.window().ForEachProfile([&](const Profile& profile) {
    const AtomId atom = dispatcher.AtomOf(profile);
    if (atom == kUncharted) return;
    if (atom >= kinds.size()) {
      kinds.resize(atom + 1);
      devices.resize(atom + 1);
    }
    if (profile.devices <= devices[atom]) return;
    kinds[atom] = profile.attributes;
    devices[atom] = profile.devices;
  });
  return kinds;
}

}  // namespace

JobExplanation Explain(Dispatcher& dispatcher, const JobBook& book, JobId id) {
  std::vector<Attributes> kinds = KindsOf(dispatcher);
  dispatcher.plan();  // writes its scores to the book
  JobExplanation told;
  told.job = *book.FindJob(id);
  if (const Round* round = book.CurrentRound(id)) told.round = *round;
  Explainer(dispatcher, book, std::move(kinds), told).Tell();
  return told;
}

}  // namespace propius
