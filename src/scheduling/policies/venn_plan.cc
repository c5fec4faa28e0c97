#include "scheduling/policies/venn_plan.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace propius {
namespace {

struct Holding {
  AtomSet atoms;
  double rate = 0;
  bool swallowed = false;  // lost all that it had
};

// Requests of one origin in a group's queue, served at one rate.
struct Stretch {
  std::span<const std::uint64_t> asked;
  double weight = 1;
  double rate = 0;

  double Duration() const { return static_cast<double>(asked.back()) / rate; }
};

class Reallocation {
 public:
  Reallocation(std::span<const VennGroup> groups, std::span<const double> rates, std::vector<Holding>& holdings)
      : groups_(groups), rates_(rates), holdings_(holdings) {}

  void Run() {
    for (std::size_t j = groups_.size(); j-- > 1;) {
      if (!holdings_[j].swallowed && groups_[j].supply > 0) Expand(j);
    }
  }

 private:
  void Expand(std::size_t j) {
    Holding& mine = holdings_[j];
    // Every device that it can use was taken by scarcer groups. By the letter of the algorithm it would stay last for
    // as long as any of them has a job; here it may win devices by the same comparison, with the rate that they would
    // give it, and a tie is its own, for it has nowhere else to turn.
    bool landless = !(mine.rate > 0);
    queue_.assign(1, {groups_[j].asked, groups_[j].weight, mine.rate});

    for (std::size_t k = j; k-- > 0;) {
      Holding& theirs = holdings_[k];
      if (!(theirs.rate > 0)) continue;
      const double shared = theirs.atoms.SharedWeight(*groups_[j].eligible, rates_);
      if (!(shared > 0)) continue;

      const double rate = landless ? shared : mine.rate;
      if (landless) queue_.front().rate = rate;
      const double drained = static_cast<double>(groups_[k].asked.back()) / theirs.rate;
      const double gain = DoneBefore(drained) / rate;
      const double loss = Waiting(groups_[k]) / theirs.rate;
      if (gain > loss || (landless && gain == loss)) {
        TakeOver(j, k, landless ? 0 : shared);
        landless = false;
      } else if (!landless) {
        break;
      }
    }
  }

  // `faster`: what the move adds to the rate at which the queue of j is served already.
  void TakeOver(std::size_t j, std::size_t k, double faster) {
    Holding& mine = holdings_[j];
    Holding& theirs = holdings_[k];
    for (Stretch& stretch : queue_) stretch.rate += faster;
    // Their jobs wait behind ours now, and are counted as served at the rate that they lose.
    queue_.push_back({groups_[k].asked, groups_[k].weight, theirs.rate});
    AtomSet moved = theirs.atoms & *groups_[j].eligible;
    mine.atoms |= moved;
    theirs.atoms -= moved;
    mine.rate = mine.atoms.Weight(rates_);
    theirs.rate = theirs.atoms.Weight(rates_);
    theirs.swallowed = !(theirs.rate > 0);
  }

  // What the jobs in the queue weigh together that would be done strictly before; all of them if the last is done then.
  double DoneBefore(double time) const {
    double begins = 0;
    double done = 0;
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      const Stretch& stretch = queue_[i];
      const double ends = begins + stretch.Duration();
      if (ends < time || (ends == time && i + 1 == queue_.size())) {
        done += stretch.weight * static_cast<double>(stretch.asked.size());
        begins = ends;
        continue;
      }
      const auto late = std::ranges::partition_point(stretch.asked, [&](std::uint64_t asked) {
        return begins + static_cast<double>(asked) / stretch.rate < time;
      });
      return done + stretch.weight * static_cast<double>(late - stretch.asked.begin());
    }
    return done;
  }

  static double Waiting(const VennGroup& group) { return group.weight * static_cast<double>(group.asked.size()); }

  std::span<const VennGroup> groups_;
  std::span<const double> rates_;
  std::vector<Holding>& holdings_;
  std::vector<Stretch> queue_;
};

}  // namespace

std::vector<AtomSet> ShareOutAtoms(std::span<const VennGroup> groups, std::span<const double> rates) {
  std::vector<Holding> holdings(groups.size());
  AtomSet taken;
  for (std::size_t j = 0; j < groups.size(); ++j) {
    holdings[j].atoms = *groups[j].eligible;
    holdings[j].atoms -= taken;
    holdings[j].rate = holdings[j].atoms.Weight(rates);
    taken |= *groups[j].eligible;
  }
  Reallocation(groups, rates, holdings).Run();

  std::vector<AtomSet> owned;
  owned.reserve(groups.size());
  for (Holding& holding : holdings) owned.push_back(std::move(holding.atoms));
  return owned;
}

}  // namespace propius
