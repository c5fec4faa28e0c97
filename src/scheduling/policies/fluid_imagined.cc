#include "scheduling/policies/fluid_imagined.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "scheduling/atom_set.h"
#include "scheduling/policies/venn_plan.h"

namespace propius {
namespace {

// With the smallest round always first, a job of large rounds might not move at all; with Venn it does, whenever its
// round is nearly full.
constexpr double kLeastShare = 0.5;
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
std::vector<Queue> QueuesOf(const Snapshot& seen, const FluidView& view, const std::vector<bool>& waiting) {
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
      queue.supply += view.fleet.rates[stream];
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

}  // namespace

std::vector<double> SpeedsWithVenn(const Snapshot& seen, const FluidView& view, const std::vector<bool>& waiting) {
  const std::vector<Queue> queues = QueuesOf(seen, view, waiting);
  const std::vector<AtomSet> own = OwnStreams(queues, view.fleet.rates);
  const std::size_t kinds = view.fleet.streams_of.size();
  const std::size_t count = view.jobs.size();

  // Every job twice: as one that all its streams serve, and, `count` further, as one that only its group's own serve.
  FluidFleet fleet = view.fleet;
  fleet.streams_of.resize(2 * kinds);
  FluidOrder order;
  for (std::size_t q = 0; q < queues.size(); ++q) {
    own[q].ForEach([&](AtomId stream) { fleet.streams_of[kinds + queues[q].kind].push_back(stream); });
    for (const std::uint32_t i : queues[q].jobs) order.push_back(static_cast<std::uint32_t>(count + i));
  }
  std::vector<FluidJob> jobs = view.jobs;
  for (std::size_t i = 0; i < count; ++i) jobs[i].devices = seen.jobs[i].demand;  // Venn binds all of it
  jobs.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    FluidJob& alike = jobs.emplace_back(jobs[i]);
    alike.kind += static_cast<std::uint32_t>(kinds);
  }
  FluidModel model(std::move(fleet), std::move(jobs));

  const std::vector<FluidModel::Service> by_own = model.Serve(order);
  for (const Queue& queue : queues) {
    for (const std::uint32_t i : queue.jobs) {
      if (by_own[count + i].speed <= 0) order.push_back(i);
    }
  }
  const std::vector<FluidModel::Service> served = model.Serve(order);

  std::vector<double> speeds(count, 0);
  for (const Queue& queue : queues) {
    for (const std::uint32_t i : queue.jobs) {
      const double alone = view.jobs[i].devices / std::max(queue.supply, kSlowestRate) + view.jobs[i].tail;
      const double share = kLeastShare / alone / static_cast<double>(queue.jobs.size());
      speeds[i] = std::max({served[i].speed, served[count + i].speed, share});
    }
  }
  return speeds;
}

}  // namespace propius
