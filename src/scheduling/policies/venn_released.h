// Venn's plan as its authors' code makes it, which differs from the paper's (venn.md 2, rows 1 to 6): for comparison
// with their results only.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "scheduling/atom_set.h"
#include "scheduling/policy.h"

namespace propius {

// What the released plan divides.
struct ReleasedDivision {
  std::span<const double> devices;               // by atom, of about a thousand
  std::span<const AtomSet> eligible;             // by predicate
  std::span<const std::size_t> ascending;        // predicates that some of the devices meet, rarest first
  std::span<const std::vector<double>> demands;  // by predicate: what its requests asked for, ascending
};

// The atoms that each predicate's requests are served with. Unlike the paper's, a large group takes over all of a
// scarcer one's atoms, those that it is not eligible for too, and the atoms of predicates that nobody asks for.
std::vector<AtomSet> DivideAsReleased(const ReleasedDivision& what);

// The same plan on the 24-hour supply, as far as a plan can say it: binding keeps devices from jobs that they are not
// eligible for.
std::unique_ptr<Policy> MakeVennReleased();

}  // namespace propius
