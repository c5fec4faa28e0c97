#include "scheduling/policies/fleet_cut.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace propius {
namespace {

constexpr double kUnseen = 1e-9;  // of all, for a kind that has not come yet

// Claims of one family with the same eligible devices are filled as one.
struct Stream {
  const AtomSet* eligible = nullptr;
  std::size_t family = 0;
  double weight = 0;
  std::vector<Portion> drawn;  // what it wants, the least contested atom first, and what it got
  std::size_t at = 0;          // which of them it draws from

  bool full() const { return at == drawn.size(); }
};

struct Streams {
  std::vector<Stream> streams;
  std::vector<std::size_t> of_claim;
};

Streams Merge(std::span<const Claimant> claims) {
  Streams merged;
  std::map<std::pair<std::size_t, const AtomSet*>, std::size_t> known;  // looked up only: addresses order nothing
  for (const Claimant& claim : claims) {
    const auto [found, added] = known.try_emplace({claim.family, claim.eligible}, merged.streams.size());
    if (added) merged.streams.push_back({.eligible = claim.eligible, .family = claim.family, .drawn = {}});
    merged.streams[found->second].weight += claim.weight;
    merged.of_claim.push_back(found->second);
  }
  return merged;
}

class Filling {
 public:
  Filling(std::vector<Stream>& streams, std::span<const double> families, std::span<const double> amounts)
      : streams_(streams), families_(families), left_(amounts.begin(), amounts.end()) {
    SetSpeeds([](const Stream&) { return true; });
    std::vector<double> contest(left_.size());
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      streams_[i].eligible->ForEach([&](AtomId atom) {
        if (atom < contest.size()) contest[atom] += speeds_[i];
      });
    }
    for (Stream& stream : streams_) {
      stream.eligible->ForEach([&](AtomId atom) {
        if (atom < left_.size() && left_[atom] > 0) stream.drawn.push_back({.atom = atom});
      });
      std::ranges::stable_sort(stream.drawn, {}, [&](const Portion& portion) { return contest[portion.atom]; });
    }
  }

  void Run() {
    while (Step()) {
    }
  }

 private:
  template <typename Counts>
  void SetSpeeds(const Counts& counts) {
    std::vector<double> weights(families_.size());
    for (const Stream& stream : streams_) {
      if (counts(stream)) weights[stream.family] += stream.weight;
    }
    speeds_.assign(streams_.size(), 0);
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      const Stream& stream = streams_[i];
      if (counts(stream)) speeds_[i] = families_[stream.family] * stream.weight / weights[stream.family];
    }
  }

  // To the moment at which the next atom is used up; false if nobody is left who wants any.
  bool Step() {
    SetSpeeds([](const Stream& stream) { return !stream.full(); });
    std::vector<double> speed(left_.size());
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if (!streams_[i].full()) speed[streams_[i].drawn[streams_[i].at].atom] += speeds_[i];
    }
    double step = std::numeric_limits<double>::infinity();
    std::size_t first = left_.size();
    for (std::size_t atom = 0; atom < left_.size(); ++atom) {
      if (!(speed[atom] > 0) || left_[atom] / speed[atom] >= step) continue;
      step = left_[atom] / speed[atom];
      first = atom;
    }
    if (first == left_.size()) return false;

    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if (streams_[i].full()) continue;
      Portion& portion = streams_[i].drawn[streams_[i].at];
      portion.amount += step * speeds_[i];
      left_[portion.atom] -= step * speeds_[i];
    }
    left_[first] = 0;  // to the last bit, so that each step uses one up
    for (Stream& stream : streams_) {
      while (!stream.full() && !(left_[stream.drawn[stream.at].atom] > 0)) ++stream.at;
    }
    return true;
  }

  std::vector<Stream>& streams_;
  std::span<const double> families_;
  std::vector<double> left_;    // by atom
  std::vector<double> speeds_;  // by stream
};

}  // namespace

std::vector<double> AmountsOf(const Supply& supply) {
  const std::span<const double> rates = supply.rates();
  double total = 0;
  for (const double rate : rates) total += rate;
  const double least = total > 0 ? total * kUnseen : 1;
  std::vector<double> amounts(rates.begin(), rates.end());
  for (double& amount : amounts) amount = std::max(amount, least);
  return amounts;
}

Allotments FillEvenly(std::span<const Claimant> claims, std::span<const double> families,
                      std::span<const double> amounts) {
  Streams merged = Merge(claims);
  Filling(merged.streams, families, amounts).Run();
  Allotments allotments;
  allotments.reserve(claims.size());
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const Stream& stream = merged.streams[merged.of_claim[i]];
    std::vector<Portion>& part = allotments.emplace_back();
    for (const Portion& portion : stream.drawn) {
      if (portion.amount > 0) part.push_back({portion.atom, portion.amount * (claims[i].weight / stream.weight)});
    }
    std::ranges::sort(part, {}, &Portion::atom);
  }
  return allotments;
}

std::vector<std::vector<Cut>> LayOut(const Allotments& allotments, std::size_t atoms) {
  std::vector<double> totals(atoms);
  std::vector<std::size_t> last(atoms);
  for (std::size_t claim = 0; claim < allotments.size(); ++claim) {
    for (const Portion& portion : allotments[claim]) {
      totals[portion.atom] += portion.amount;
      last[portion.atom] = claim;
    }
  }
  std::vector<double> begun(atoms);
  std::vector<std::vector<Cut>> cuts(allotments.size());
  for (std::size_t claim = 0; claim < allotments.size(); ++claim) {
    std::map<std::pair<double, double>, AtomSet> parts;
    for (const Portion& portion : allotments[claim]) {
      const double from = begun[portion.atom] / totals[portion.atom];
      begun[portion.atom] += portion.amount;
      // The last one's end is 1 whatever the sum's rounding says.
      const double to = claim == last[portion.atom] ? 1 : begun[portion.atom] / totals[portion.atom];
      if (from < to) parts[{from, to}].Add(portion.atom);
    }
    for (const auto& [part, of] : parts) cuts[claim].push_back({.part = {part.first, part.second}, .atoms = of});
  }
  return cuts;
}

}  // namespace propius
