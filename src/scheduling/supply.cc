#include "scheduling/supply.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "scheduling/supply_ring.h"

namespace propius {
namespace {

// Which of the watched constraints a device meets: bit p for predicate p.
using Signature = std::vector<std::uint64_t>;

bool Bit(const Signature& signature, PredicateId predicate) {
  return ((signature[predicate / 64] >> (predicate % 64)) & 1U) != 0;
}

Signature With(Signature signature, PredicateId predicate, bool meets) {
  const std::uint64_t bit = std::uint64_t{1} << (predicate % 64);
  std::uint64_t& word = signature[predicate / 64];
  word = meets ? word | bit : word & ~bit;
  return signature;
}

// True if whatever meets `strict` meets `loose`.
bool Implies(const Constraint& strict, const Constraint& loose) { return loose.Admits(strict.bounds()); }

struct Watched {
  Constraint constraint;
  std::uint64_t watchers = 0;  // 0: the id is free
  AtomSet eligible;
};

// How many devices a split was told of, and how many of them meet the new constraint.
struct Told {
  double devices = 0;
  double meeting = 0;
};

// Uncharted check-ins are cell 0 of the ring, those of atom a cell a + 1.
constexpr std::size_t Cell(AtomId atom) { return static_cast<AtomId>(atom + 1); }

}  // namespace

struct Supply::State {
  State(Duration window, std::uint32_t buckets) : ring(window, buckets) {}

  // Where an atom's past goes in the next numbering.
  struct Heir {
    Signature signature;
    AtomId from = 0;
    double share = 1;
  };

  const Watched& At(PredicateId predicate) const {
    CHECK(predicate < watched.size() && watched[predicate].watchers > 0);
    return watched[predicate];
  }
  const Signature& SignatureOf(const Attributes& device);
  AtomId Add(const Signature& signature);
  double MeetingShare(const Signature& signature, const Constraint& constraint, const Told* told,
                      const Told& all) const;
  void Split(PredicateId added, const Fleet& fleet);
  void Forget(PredicateId removed);
  void DropSilent();
  void Renumber(const std::vector<Heir>& heirs);
  const std::vector<double>& Rates() const;

  SupplyRing ring;
  std::vector<Watched> watched;
  std::map<Constraint, PredicateId> ids;
  std::set<PredicateId> free_ids;
  std::vector<Signature> signatures;  // by atom
  std::map<Signature, AtomId> atoms;
  std::uint64_t epoch = 1;
  Signature scratch;

  mutable bool rates_stale = true;
  mutable std::vector<double> cached_rates;  // by cell
  mutable double total_rate = 0;
};

const Signature& Supply::State::SignatureOf(const Attributes& device) {
  scratch.assign((watched.size() + 63) / 64, 0);
  for (std::size_t p = 0; p < watched.size(); ++p) {
    if (watched[p].watchers > 0 && watched[p].constraint.Admits(device))
      scratch[p / 64] |= std::uint64_t{1} << (p % 64);
  }
  return scratch;
}

AtomId Supply::State::Add(const Signature& signature) {
  const auto atom = static_cast<AtomId>(signatures.size());
  signatures.push_back(signature);
  atoms.emplace(signature, atom);
  for (std::size_t p = 0; p < watched.size(); ++p) {
    if (Bit(signature, static_cast<PredicateId>(p))) watched[p].eligible.Add(atom);
  }
  return atom;
}

// Of an atom's past check-ins, those that a new constraint would have admitted: by logic where other constraints settle
// it, else as among the atom's devices of now, else as in the whole fleet, else none.
double Supply::State::MeetingShare(const Signature& signature, const Constraint& constraint, const Told* told,
                                   const Told& all) const {
  if (constraint.bounds().empty()) return 1;
  for (std::size_t p = 0; p < watched.size(); ++p) {
    if (watched[p].watchers == 0) continue;
    const bool meets = Bit(signature, static_cast<PredicateId>(p));
    if (meets && Implies(watched[p].constraint, constraint)) return 1;
    if (!meets && Implies(constraint, watched[p].constraint)) return 0;
  }
  if (told != nullptr && told->devices > 0) return told->meeting / told->devices;
  return all.devices > 0 ? all.meeting / all.devices : 0;
}

void Supply::State::Split(PredicateId added, const Fleet& fleet) {
  const Constraint& constraint = watched[added].constraint;
  for (Signature& signature : signatures) signature.resize((watched.size() + 63) / 64);
  atoms.clear();
  for (std::size_t atom = 0; atom < signatures.size(); ++atom)
    atoms.emplace(signatures[atom], static_cast<AtomId>(atom));

  // The new constraint is not watched yet, so that devices are found by the old ones.
  std::vector<Told> told(signatures.size());
  Told all;
  fleet([&](const Attributes& device, double devices) {
    const double meeting = constraint.Admits(device) ? devices : 0;
    all.devices += devices;
    all.meeting += meeting;
    const auto found = atoms.find(SignatureOf(device));
    if (found == atoms.end()) return;
    told[found->second].devices += devices;
    told[found->second].meeting += meeting;
  });

  std::vector<Heir> heirs;
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const auto atom = static_cast<AtomId>(i);
    const double share = MeetingShare(signatures[i], constraint, &told[i], all);
    if (share > 0) heirs.push_back({With(signatures[i], added, true), atom, share});
    if (share < 1) heirs.push_back({With(signatures[i], added, false), atom, 1 - share});
  }
  watched[added].watchers = 1;
  Renumber(heirs);
}

void Supply::State::Forget(PredicateId removed) {
  watched[removed] = {};
  std::vector<Heir> heirs;
  for (std::size_t atom = 0; atom < signatures.size(); ++atom) {
    heirs.push_back({With(signatures[atom], removed, false), static_cast<AtomId>(atom), 1});
  }
  Renumber(heirs);
}

// Makes room for kinds that come now.
void Supply::State::DropSilent() {
  std::vector<Heir> heirs;
  for (std::size_t atom = 0; atom < signatures.size(); ++atom) {
    heirs.push_back({signatures[atom], static_cast<AtomId>(atom), 1});
  }
  Renumber(heirs);
}

// Kinds without a check-in in the window are dropped: whoever comes again is located anew. If the rest is too many, the
// rarest become uncharted.
void Supply::State::Renumber(const std::vector<Heir>& heirs) {
  std::map<Signature, double> past;
  for (const Heir& heir : heirs) past[heir.signature] += ring.Sum(Cell(heir.from)) * heir.share;
  std::erase_if(past, [](const auto& each) { return !(each.second > 0); });
  if (past.size() > kMostAtoms) {
    std::vector<double> counts;
    for (const auto& [signature, count] : past) counts.push_back(count);
    const auto border = counts.begin() + kMostAtoms;
    std::ranges::nth_element(counts, border, std::greater<>());
    std::erase_if(past, [least = *border](const auto& each) { return each.second <= least; });
  }

  signatures.clear();
  atoms.clear();
  for (Watched& each : watched) each.eligible = {};
  std::vector<SupplyRing::Transfer> transfers = {{.from = 0, .to = 0}};
  for (const Heir& heir : heirs) {
    auto atom = kUncharted;
    if (past.contains(heir.signature)) {
      const auto found = atoms.find(heir.signature);
      atom = found != atoms.end() ? found->second : Add(heir.signature);
    }
    transfers.push_back({Cell(heir.from), Cell(atom), heir.share});
  }
  ring.Regroup(transfers, signatures.size() + 1);
  rates_stale = true;
  ++epoch;
}

const std::vector<double>& Supply::State::Rates() const {
  if (!rates_stale) return cached_rates;
  rates_stale = false;
  cached_rates.resize(ring.cells());
  const double per_second = 1 / ring.CoveredSeconds();
  total_rate = 0;
  for (std::size_t cell = 0; cell < cached_rates.size(); ++cell) {
    cached_rates[cell] = ring.Sum(cell) * per_second;
    total_rate += cached_rates[cell];
  }
  return cached_rates;
}

Supply::Supply(Duration window, std::uint32_t buckets) : state_(std::make_unique<State>(window, buckets)) {}
Supply::~Supply() = default;
Supply::Supply(Supply&&) noexcept = default;
Supply& Supply::operator=(Supply&&) noexcept = default;

PredicateId Supply::Watch(const Constraint& constraint, const Fleet& fleet) {
  State& state = *state_;
  const auto known = state.ids.find(constraint);
  if (known != state.ids.end()) {
    ++state.watched[known->second].watchers;
    return known->second;
  }
  auto id = static_cast<PredicateId>(state.watched.size());
  if (state.free_ids.empty()) {
    state.watched.emplace_back();
  } else {
    id = *state.free_ids.begin();
    state.free_ids.erase(state.free_ids.begin());
  }
  state.watched[id].constraint = constraint;
  state.ids.emplace(constraint, id);
  state.Split(id, fleet);
  return id;
}

void Supply::Unwatch(PredicateId predicate) {
  State& state = *state_;
  static_cast<void>(state.At(predicate));
  if (--state.watched[predicate].watchers > 0) return;
  state.ids.erase(state.watched[predicate].constraint);
  state.free_ids.insert(predicate);
  state.Forget(predicate);
}

const Constraint& Supply::constraint(PredicateId predicate) const { return state_->At(predicate).constraint; }

std::size_t Supply::predicates() const { return state_->watched.size(); }

std::uint64_t Supply::epoch() const { return state_->epoch; }

AtomId Supply::Locate(const Attributes& device) {
  const Signature& signature = state_->SignatureOf(device);
  const auto found = state_->atoms.find(signature);
  if (found != state_->atoms.end()) return found->second;
  if (state_->signatures.size() >= kMostAtoms) return kUncharted;
  state_->ring.AddCell();
  state_->rates_stale = true;
  return state_->Add(signature);
}

void Supply::Count(AtomId atom, Time now) {
  state_->ring.Count(Cell(atom), now);
  state_->rates_stale = true;
}

void Supply::Advance(Time now) {
  State& state = *state_;
  state.ring.Advance(now);
  state.rates_stale = true;
  if (state.signatures.size() < kMostAtoms) return;
  for (std::size_t atom = 0; atom < state.signatures.size(); ++atom) {
    if (!(state.ring.Sum(Cell(static_cast<AtomId>(atom))) > 0)) return state.DropSilent();
  }
}

std::size_t Supply::atoms() const { return state_->signatures.size(); }

std::span<const double> Supply::rates() const { return std::span(state_->Rates()).subspan(1); }

double Supply::Rate(PredicateId predicate) const { return Eligible(predicate).Weight(rates()); }

double Supply::TotalRate() const {
  static_cast<void>(state_->Rates());
  return state_->total_rate;
}

const AtomSet& Supply::Eligible(PredicateId predicate) const {
  CHECK(predicate < state_->watched.size());
  return state_->watched[predicate].eligible;
}

}  // namespace propius
