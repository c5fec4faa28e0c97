#include "scheduling/matcher.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "scheduling/round_care.h"

namespace propius {
namespace {

constexpr std::uint32_t kNoRequest = ~std::uint32_t{0};

// What is looked at when a device comes to a request.
struct Entry {
  RoundKey round;
  PredicateId predicate = 0;
  TaskWork work;
  bool has_band = false;
  Duration fastest{};
  Duration slowest{};
  std::optional<RoundCare> care{};
  const RoundStanding* standing = nullptr;
};

// A group of the plan with its order as requests; jobs that have none open are kNoRequest.
struct Queue {
  std::vector<std::uint32_t> order;
  bool of_one_predicate = true;
  PredicateId predicate = 0;  // if it is of one
  bool whole_fleet = true;    // neither `admits` nor `part` narrows it
};

// A queue as the devices of one atom see it: those of its requests that they are eligible for, found as far as walks
// came.
struct Lane {
  std::uint32_t queue = 0;
  std::size_t scanned = 0;
  std::vector<std::uint32_t> eligible;
};

struct Route {
  std::uint64_t load = 0;  // of which load this is
  std::vector<Lane> lanes;
};

}  // namespace

double HashOf(DeviceId device) {
  std::uint64_t z = device.value + 0x9e37'79b9'7f4a'7c15;
  z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9;
  z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11eb;
  return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
}

struct Matcher::State {
  State(const Supply& supply_in, const Experience& experience_in) : supply(supply_in), experience(experience_in) {}

  // One device at the lanes: which entries it may take, and whether one was taken.
  struct Visitor {
    State& state;
    const DeviceView& device;
    Time now;
    Rng& chance;
    const std::function<bool(std::size_t)>& take;
    bool rescuing = false;

    bool Try(std::uint32_t request) {
      if (state.tried[request] == state.walk) return false;
      const Entry& entry = state.entries[request];
      if (rescuing) {
        if (!entry.care || entry.standing == nullptr) return false;
        if (!NeedsRescue(*entry.care, *entry.standing, now)) return false;
      }
      if (!LetsIn(entry)) return false;
      state.tried[request] = state.walk;
      return take(request);
    }

    bool LetsIn(const Entry& entry) const {
      if (!entry.has_band && !entry.care) return true;
      const std::optional<Duration> task = TaskTime(entry.work, device.speed);
      if (entry.has_band && (!task || *task < entry.fastest || *task >= entry.slowest)) return false;
      if (!entry.care || entry.standing == nullptr) return true;
      return MayTake(*entry.care, *entry.standing, now, task);
    }

    bool Enters(std::size_t group) const {
      if (state.queues[group].whole_fleet) return true;
      static const Attributes kNothing;
      const Group& of_plan = state.plan.groups[group];
      return of_plan.part.Has(device.hash) &&
             of_plan.admits.Admits(device.attributes != nullptr ? *device.attributes : kNothing);
    }
  };

  bool Eligible(const DeviceView& device, std::uint32_t request) const {
    const PredicateId predicate = entries[request].predicate;
    if (device.atom != kUncharted) return supply.Meets(device.atom, predicate);
    return device.attributes != nullptr ? supply.constraint(predicate).Admits(*device.attributes)
                                        : supply.constraint(predicate).bounds().empty();
  }

  bool DrawOne(Visitor& visitor, std::size_t queue) {
    const std::vector<std::uint32_t>& order = queues[queue].order;
    if (order.empty()) return false;
    const std::uint32_t request = order[visitor.chance.Below(order.size())];
    return request != kNoRequest && Eligible(visitor.device, request) && visitor.Try(request);
  }

  Route& RouteOf(AtomId atom) {
    if (routes.size() <= atom) routes.resize(atom + 1);
    Route& route = routes[atom];
    if (route.load == loads) return route;
    route.load = loads;
    route.lanes.resize(queues.size());
    std::size_t lane = 0;
    const auto add = [&](std::size_t queue) {
      route.lanes[lane].queue = static_cast<std::uint32_t>(queue);
      route.lanes[lane].scanned = 0;
      route.lanes[lane].eligible.clear();
      ++lane;
    };
    for (std::size_t i = 0; i < queues.size(); ++i) {
      if (plan.groups[i].first.Has(atom)) add(i);
    }
    for (std::size_t i = 0; i < queues.size(); ++i) {
      if (!plan.groups[i].first.Has(atom) && !plan.groups[i].only_first) add(i);
    }
    // Groups that are only for others leave lanes of earlier plans behind.
    route.lanes.resize(lane);
    // A queue of one constraint is walked as it is, or not at all.
    std::erase_if(route.lanes, [&](const Lane& each) {
      const Queue& queue = queues[each.queue];
      return queue.order.empty() || (queue.of_one_predicate && !supply.Meets(atom, queue.predicate));
    });
    return route;
  }

  bool WalkLane(Visitor& visitor, Lane& lane) {
    const Queue& queue = queues[lane.queue];
    if (queue.of_one_predicate) {
      return std::ranges::any_of(queue.order, [&](std::uint32_t request) { return visitor.Try(request); });
    }
    for (std::size_t i = 0;; ++i) {
      while (i == lane.eligible.size()) {
        if (lane.scanned == queue.order.size()) return false;
        const std::uint32_t next = queue.order[lane.scanned++];
        if (Eligible(visitor.device, next)) lane.eligible.push_back(next);
      }
      if (visitor.Try(lane.eligible[i])) return true;
    }
  }

  bool WalkCharted(Visitor& visitor) {
    for (Lane& lane : RouteOf(visitor.device.atom).lanes) {
      if (!visitor.Enters(lane.queue) || (visitor.rescuing && plan.groups[lane.queue].draw_one)) continue;
      if (plan.groups[lane.queue].draw_one ? DrawOne(visitor, lane.queue) : WalkLane(visitor, lane)) return true;
    }
    return false;
  }

  bool WalkUncharted(Visitor& visitor) {
    for (std::size_t i = 0; i < queues.size(); ++i) {
      if (plan.groups[i].only_first || !visitor.Enters(i)) continue;
      if (visitor.rescuing && plan.groups[i].draw_one) continue;
      if (plan.groups[i].draw_one) {
        if (DrawOne(visitor, i)) return true;
        continue;
      }
      for (const std::uint32_t request : queues[i].order) {
        if (Eligible(visitor.device, request) && visitor.Try(request)) return true;
      }
    }
    return false;
  }

  const Supply& supply;
  const Experience& experience;
  Plan plan;
  std::vector<Entry> entries;        // by request
  std::vector<Queue> queues;         // by group
  std::vector<Route> routes;         // by atom
  std::vector<std::uint64_t> tried;  // by request: in which walk it was visited
  std::uint64_t walk = 0;
  std::uint64_t loads = 0;
  bool has_care = false;
};

Matcher::Matcher(const Supply& supply, const Experience& experience)
    : state_(std::make_unique<State>(supply, experience)) {}
Matcher::~Matcher() = default;

const Plan& Matcher::plan() const { return state_->plan; }

void Matcher::Load(Plan plan, std::span<const OpenRequest> requests, std::span<const KnownJob> jobs) {
  State& state = *state_;
  state.plan = std::move(plan);
  ++state.loads;
  state.has_care = false;
  state.tried.assign(requests.size(), 0);
  state.walk = 0;

  boost::unordered_flat_map<std::uint64_t, std::uint32_t> request_of;
  request_of.reserve(requests.size());
  state.entries.clear();
  for (const OpenRequest& request : requests) {
    const KnownJob& job = jobs[request.known];
    request_of.emplace(request.job.value, static_cast<std::uint32_t>(state.entries.size()));
    state.entries.push_back({.round = {request.job, request.round}, .predicate = job.predicate, .work = job.work});
  }
  for (const JobTerms& terms : state.plan.terms) {
    const auto found = request_of.find(terms.job.value);
    if (found == request_of.end()) continue;
    Entry& entry = state.entries[found->second];
    entry.has_band = terms.fastest > 0us || terms.slowest != Duration::max();
    entry.fastest = terms.fastest;
    entry.slowest = terms.slowest;
    entry.care = terms.care;
    if (!entry.care) continue;
    entry.standing = state.experience.Standing(entry.round);
    state.has_care = true;
  }

  state.queues.resize(state.plan.groups.size());
  for (std::size_t i = 0; i < state.queues.size(); ++i) {
    const Group& group = state.plan.groups[i];
    Queue& queue = state.queues[i];
    queue.order.clear();
    queue.of_one_predicate = !group.draw_one;
    queue.whole_fleet = group.admits.bounds().empty() && group.part == FleetPart{};
    for (const JobId job : group.order) {
      const auto found = request_of.find(job.value);
      if (found != request_of.end()) {
        const PredicateId predicate = state.entries[found->second].predicate;
        if (queue.order.empty()) queue.predicate = predicate;
        if (predicate != queue.predicate) queue.of_one_predicate = false;
        queue.order.push_back(found->second);
      } else if (group.draw_one) {
        queue.order.push_back(kNoRequest);
      }
    }
  }
}

bool Matcher::Match(const DeviceView& device, Time now, Rng& chance, const std::function<bool(std::size_t)>& take) {
  State& state = *state_;
  ++state.walk;
  State::Visitor visitor{state, device, now, chance, take};
  const auto walk = [&] {
    return device.atom == kUncharted ? state.WalkUncharted(visitor) : state.WalkCharted(visitor);
  };
  if (state.has_care) {
    visitor.rescuing = true;
    if (walk()) return true;
    visitor.rescuing = false;
  }
  return walk();
}

}  // namespace propius
