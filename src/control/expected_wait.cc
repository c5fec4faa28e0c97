#include "control/expected_wait.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace propius {
namespace {

constexpr double kNever = 365.0 * 24 * 3600;
// An answer for a person: the most frequent kinds of devices stand for all, and a long queue ends somewhere.
constexpr std::size_t kMostAtoms = 256;
constexpr std::size_t kMostSteps = 2'000;

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

// Devices that go the same way through the plan.
struct Stream {
  AtomId atom = 0;
  double hash = 0;                // of one of them
  double rate = 0;                // devices per second
  std::vector<std::size_t> line;  // competitors in the order of the plan
  std::size_t at = 0;
};

std::vector<AtomId> MostFrequent(std::span<const double> rates) {
  std::vector<AtomId> atoms;
  for (AtomId atom = 0; atom < rates.size(); ++atom) {
    if (rates[atom] > 0) atoms.push_back(atom);
  }
  std::ranges::sort(atoms, [&](AtomId a, AtomId b) { return rates[a] != rates[b] ? rates[a] > rates[b] : a < b; });
  if (atoms.size() > kMostAtoms) atoms.resize(kMostAtoms);
  return atoms;
}

class Drain {
 public:
  Drain(const Plan& plan, std::span<const Competitor> competitors, const Supply& supply,
        std::span<const Attributes> kinds)
      : plan_(plan), competitors_(competitors), supply_(supply), kinds_(kinds) {
    for (const Competitor& competitor : competitors) left_.push_back(competitor.remaining);
    rates_.resize(competitors.size());
    std::vector<double> borders = {0, 1};
    for (const Group& group : plan.groups) borders.insert(borders.end(), {group.part.from, group.part.to});
    std::ranges::sort(borders);
    borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
    for (const AtomId atom : MostFrequent(supply.rates())) {
      for (std::size_t i = 1; i < borders.size(); ++i) AddStream(atom, borders[i - 1], borders[i]);
    }
  }

  std::optional<Duration> Until(std::size_t whose) {
    if (left_[whose] <= 0) return Duration{};
    double waited = 0;
    for (std::size_t step = 0; step < kMostSteps && waited < kNever; ++step) {
      const std::size_t next = FirstToFill();
      if (next == kNobody) return std::nullopt;
      const double span = left_[next] / rates_[next];
      if (left_[whose] <= rates_[whose] * span) return FromSeconds(waited + left_[whose] / rates_[whose]);
      waited += span;
      for (std::size_t i = 0; i < left_.size(); ++i) left_[i] -= rates_[i] * span;
      left_[next] = 0;
    }
    return std::nullopt;
  }

 private:
  void AddStream(AtomId atom, double from, double to) {
    Stream stream{.atom = atom, .hash = (from + to) / 2, .rate = supply_.rates()[atom] * (to - from), .line = {}};
    for (const bool first : {true, false}) {
      for (const Group& group : plan_.groups) {
        if (group.only_first && !first) continue;
        if (group.first.Has(atom) != first || !group.part.Has(stream.hash)) continue;
        if (group.admits.Admits(atom < kinds_.size() ? kinds_[atom] : Attributes())) Queue(group, stream);
      }
    }
    if (!stream.line.empty()) streams_.push_back(std::move(stream));
  }

  void Queue(const Group& group, Stream& stream) {
    for (const JobId job : group.order) {
      const auto found = std::ranges::lower_bound(competitors_, job, {}, &Competitor::job);
      if (found == competitors_.end() || found->job != job || !supply_.Meets(stream.atom, found->predicate)) continue;
      const auto index = static_cast<std::size_t>(found - competitors_.begin());
      if (!group.draw_one) {
        stream.line.push_back(index);
        continue;
      }
      // Each draws one of the order and takes that or none.
      Stream& share = streams_.emplace_back(stream);
      share.rate = stream.rate / static_cast<double>(group.order.size());
      share.line = {index};
    }
  }

  // Sets the rates at which the competitors get devices now.
  std::size_t FirstToFill() {
    std::ranges::fill(rates_, 0);
    for (Stream& stream : streams_) {
      while (stream.at < stream.line.size() && left_[stream.line[stream.at]] <= 0) ++stream.at;
      // Whom the terms of the first do not let in, the next one has.
      double passing = stream.rate;
      for (std::size_t i = stream.at; i < stream.line.size() && passing > 0; ++i) {
        const std::size_t next = stream.line[i];
        if (left_[next] <= 0) continue;
        rates_[next] += passing * competitors_[next].share;
        passing *= 1 - competitors_[next].share;
      }
    }
    std::size_t first = kNobody;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (rates_[i] <= 0) continue;
      if (first == kNobody || left_[i] / rates_[i] < left_[first] / rates_[first]) first = i;
    }
    return first;
  }

  const Plan& plan_;
  std::span<const Competitor> competitors_;
  const Supply& supply_;
  std::span<const Attributes> kinds_;
  std::vector<Stream> streams_;
  std::vector<double> left_;
  std::vector<double> rates_;
};

}  // namespace

std::optional<Duration> ExpectedWait(const Plan& plan, std::span<const Competitor> competitors, const Supply& supply,
                                     std::span<const Attributes> kinds, std::size_t whose) {
  return Drain(plan, competitors, supply, kinds).Until(whose);
}

}  // namespace propius
