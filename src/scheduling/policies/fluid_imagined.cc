#include "scheduling/policies/fluid_imagined.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "scheduling/atom_set.h"
#include "scheduling/policies/venn_plan.h"

namespace propius {
namespace {

// What every job of a group of n gets at the least, of the group's supply and divided by n twice: imagined jobs that
// should have ended must not stop the others for ever, and yet many of them not seem to have more than there is.
constexpr double kLeastShare = 0.5;
// Made one after the other, each for the jobs that the one before leaves without devices.
constexpr int kPlans = 3;
constexpr double kSlowestRate = 1e-9;

// Waiting jobs of one kind, the smallest round first.
struct Queue {
  std::uint32_t kind = 0;
  double supply = 0;
  AtomSet eligible;  // streams
  std::vector<std::uint32_t> jobs;
  std::vector<std::uint64_t> asked;  // as VennGroup has it
};

// The scarcest first.
std::vector<Queue> QueuesOf(const Snapshot& seen, const FluidView& view, const std::vector<double>& rates,
                            const std::vector<bool>& waiting) {
  std::vector<Queue> of_kind(view.fleet.streams_of.size());
  for (std::uint32_t i = 0; i < view.jobs.size(); ++i) {
    if (waiting[i]) of_kind[view.jobs[i].kind].jobs.push_back(i);
  }
  std::vector<Queue> queues;
  for (std::uint32_t kind = 0; kind < of_kind.size(); ++kind) {
    Queue& queue = of_kind[kind];
    if (queue.jobs.empty()) continue;
    queue.kind = kind;
    for (const std::uint32_t stream : view.fleet.streams_of[kind]) {
      queue.eligible.Add(stream);
      queue.supply += rates[stream];
    }
    std::ranges::sort(queue.jobs, {}, [&](std::uint32_t i) { return std::pair(seen.jobs[i].demand, i); });
    std::uint64_t sum = 0;
    for (const std::uint32_t i : queue.jobs) queue.asked.push_back(sum += std::max(seen.jobs[i].demand, 1U));
    queues.push_back(std::move(queue));
  }
  std::ranges::sort(queues, {}, [](const Queue& queue) { return std::pair(queue.supply, queue.kind); });
  return queues;
}

std::vector<AtomSet> OwnStreams(const std::vector<Queue>& queues, const std::vector<double>& rates) {
  std::vector<VennGroup> groups;
  groups.reserve(queues.size());
  for (const Queue& queue : queues) {
    groups.push_back({.eligible = &queue.eligible, .supply = queue.supply, .asked = queue.asked});
  }
  return ShareOutAtoms(groups, rates);
}

// Who is first in a group changes as requests fill: a round that has begun goes before fresh ones of the same size, so
// that equal jobs take turns, as many as it takes for the first one's answers to be in when the last one is served. A
// larger round fills up from what those leave, and goes before them once it asks for no more than they do.
// Sets the speeds of those of `jobs` that are served, in rounds per second, and returns which part of `rate`, devices
// per second, they take.
double ServeInTurn(std::span<const std::uint32_t> jobs, double rate, const Snapshot& seen, const FluidView& view,
                   std::vector<double>& speeds) {
  if (rate <= kSlowestRate) return 0;
  std::vector<std::uint32_t> turns;
  double smallest = 0;     // devices of a round
  double serving = 0;      // seconds that one turn of each takes
  double cycle = 0;        // seconds from one turn to the next
  double interrupted = 0;  // part of the time in which a larger round goes first
  double taken = 0;        // devices per second, by larger rounds
  for (const std::uint32_t i : jobs) {
    const FluidJob& job = view.jobs[i];
    // Venn binds the whole demand, but a round is over once enough of it has answered.
    const double demand = seen.jobs[i].demand;
    const double alone = job.devices / rate + job.tail;
    const double turn = std::min(demand / rate, alone);
    if (turns.empty() || demand <= smallest) {
      if (!turns.empty() && serving >= cycle) break;
      const double longer = std::max({cycle, serving + turn, alone});
      if (longer > job.limit) continue;
      smallest = demand;
      serving += turn;
      cycle = longer;
      turns.push_back(i);
      continue;
    }
    const double spare = rate * (1 - serving / cycle) - taken;
    if (spare <= kSlowestRate) break;
    const double round = (demand - smallest) / spare + smallest / rate + job.tail;
    if (round > job.limit) continue;
    speeds[i] = 1 / round;
    taken += demand / round;
    interrupted += smallest / rate / round;
  }
  const double uninterrupted = std::max(0.0, 1 - interrupted);
  for (const std::uint32_t i : turns) speeds[i] = uninterrupted / cycle;
  return turns.empty() ? 0 : std::min(1.0, uninterrupted * serving / cycle + taken / rate);
}

}  // namespace

std::vector<double> SpeedsWithVenn(const Snapshot& seen, const FluidView& view, const std::vector<bool>& waiting) {
  std::vector<double> left = view.fleet.rates;
  std::vector<double> speeds(view.jobs.size(), 0);
  std::vector<bool> unserved = waiting;
  const auto serve = [&](const Queue& queue, const AtomSet& streams) {
    double rate = 0;
    streams.ForEach([&](AtomId stream) { rate += left[stream]; });
    const double taken = ServeInTurn(queue.jobs, rate, seen, view, speeds);
    streams.ForEach([&](AtomId stream) { left[stream] *= 1 - taken; });
    for (const std::uint32_t i : queue.jobs) unserved[i] = speeds[i] <= 0;
  };
  // While the rounds of some are answered, the plan is one for the others.
  for (int plan = 0; plan < kPlans; ++plan) {
    const std::vector<Queue> queues = QueuesOf(seen, view, left, unserved);
    const std::vector<AtomSet> own = OwnStreams(queues, left);
    for (std::size_t q = 0; q < queues.size(); ++q) serve(queues[q], own[q]);
  }
  // No device is sent away that somebody could use.
  for (const Queue& queue : QueuesOf(seen, view, left, unserved)) serve(queue, queue.eligible);

  for (const Queue& queue : QueuesOf(seen, view, view.fleet.rates, waiting)) {
    const double share = kLeastShare * queue.supply / static_cast<double>(queue.jobs.size() * queue.jobs.size());
    for (const std::uint32_t i : queue.jobs) {
      const double least = 1 / (view.jobs[i].devices / std::max(share, kSlowestRate) + view.jobs[i].tail);
      speeds[i] = std::max(speeds[i], least);
    }
  }
  return speeds;
}

}  // namespace propius
