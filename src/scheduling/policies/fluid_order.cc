#include "scheduling/policies/fluid_order.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace propius {
namespace {

// Another order has to be this much better.
constexpr double kBetter = 0.999;
constexpr double kSlowestRate = 1e-9;

double WorkKey(const FluidModel& model, std::uint32_t job) {
  const FluidJob& each = model.job(job);
  return each.rounds * each.devices;
}

double TimeKey(const FluidModel& model, std::uint32_t job) {
  const FluidJob& each = model.job(job);
  const double cycle = each.devices / std::max(model.Supply(job), kSlowestRate) + each.tail;
  return each.rounds * cycle;
}

double ScarceKey(const FluidModel& model, std::uint32_t job) {
  return WorkKey(model, job) / std::sqrt(std::max(model.Supply(job), kSlowestRate));
}

// The current order, but for what follows its `fixed` first jobs.
template <typename Key>
FluidOrder Ascending(const FluidModel& model, const FluidOrder& current, std::size_t fixed, Key key_of) {
  std::vector<std::pair<double, std::uint32_t>> keys;
  keys.reserve(current.size() - fixed);
  for (std::size_t i = fixed; i < current.size(); ++i) keys.emplace_back(key_of(model, current[i]), current[i]);
  std::ranges::sort(keys);
  FluidOrder order = current;
  for (std::size_t i = 0; i < keys.size(); ++i) order[fixed + i] = keys[i].second;
  return order;
}

void Move(FluidOrder& order, std::size_t from, std::size_t to) {
  const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
  if (from < to) {
    std::rotate(at(from), at(from + 1), at(to + 1));
  } else {
    std::rotate(at(to), at(from), at(from + 1));
  }
}

// Moves the job at `from` to its best place; true if that is another.
bool Settle(FluidModel& model, FluidOrder& order, double& cost, std::size_t from, const FluidSearch& search,
            std::uint64_t budget) {
  std::size_t best = from;
  std::size_t at = from;
  for (std::size_t to = search.fixed; to < order.size() && model.work() < budget; ++to) {
    if (to == from) continue;
    Move(order, at, to);
    at = to;
    const double moved = model.Cost(order);
    if (moved < cost * (1 - 1e-9)) {
      cost = moved;
      best = to;
    }
  }
  Move(order, at, best);
  return best != from;
}

}  // namespace

FluidOrder ImproveOrder(FluidModel& model, FluidOrder current, const FluidSearch& search) {
  const std::uint64_t budget = model.work() + search.work;
  double cost = model.Cost(current);
  for (const auto key_of : {WorkKey, TimeKey, ScarceKey}) {
    FluidOrder other = Ascending(model, current, search.fixed, key_of);
    const double its_cost = model.Cost(other);
    if (its_cost >= cost * kBetter) continue;
    cost = its_cost;
    current = std::move(other);
  }
  for (std::uint32_t pass = 0; pass < search.passes; ++pass) {
    bool changed = false;
    for (std::size_t i = search.fixed; i < current.size() && model.work() < budget; ++i) {
      changed |= Settle(model, current, cost, i, search, budget);
    }
    if (!changed || model.work() >= budget) break;
  }
  return current;
}

}  // namespace propius
