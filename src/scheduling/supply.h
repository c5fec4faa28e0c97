// How many devices of which kind check in: the 24-hour supply that Venn plans with (Venn section 3; venn.md 1.1, 1.4).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/time.h"
#include "domain/constraint.h"
#include "scheduling/atom_set.h"

namespace propius {

// A constraint that somebody's job has, while it is watched.
using PredicateId = std::uint32_t;

// Devices that the watched constraints cannot be told of for lack of room (kMostAtoms): in no set, without a rate.
// Whoever matches such a device looks at its attributes.
constexpr AtomId kUncharted = ~AtomId{0};

class Supply {
 public:
  static constexpr std::size_t kMostAtoms = 4'096;

  // The kinds of devices known now, with how many there are of each: by this the past of an atom is split when a new
  // constraint divides it.
  using Fleet = std::function<void(const std::function<void(const Attributes&, double devices)>& visit)>;

  // Check-ins are counted in `buckets` rings over the window.
  explicit Supply(Duration window = 24h, std::uint32_t buckets = 96);
  ~Supply();
  Supply(Supply&&) noexcept;
  Supply& operator=(Supply&&) noexcept;

  // Watching the same constraint again gives the same id; it is forgotten when it was unwatched as often. Ids of
  // forgotten constraints are used again.
  PredicateId Watch(const Constraint& constraint, const Fleet& fleet);
  void Unwatch(PredicateId predicate);
  const Constraint& constraint(PredicateId predicate) const;
  std::size_t predicates() const;  // ids are below this

  // Changes whenever atoms are numbered anew; what Locate() gave holds while it does not.
  std::uint64_t epoch() const;
  // O(predicates): callers keep the answer by kind of device and epoch. May add an atom.
  AtomId Locate(const Attributes& device);

  // One check-in of a device of this atom. O(1), but for the step from one bucket to the next.
  void Count(AtomId atom, Time now);
  // Drops what has left the window.
  void Advance(Time now);

  std::size_t atoms() const;
  // Check-ins per second over the window, or over the time since the first check-in while that is shorter (taken for
  // 1 s until it is longer: no rate is infinite, and none is known before the first check-in); by atom.
  std::span<const double> rates() const;
  double Rate(PredicateId predicate) const;
  double TotalRate() const;  // uncharted devices too
  // The atoms whose devices meet it; none if it is forgotten.
  const AtomSet& Eligible(PredicateId predicate) const;
  bool Meets(AtomId atom, PredicateId predicate) const { return Eligible(predicate).Has(atom); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace propius
