// Venn's Algorithm 1, steps 2 and 3: which group of jobs owns which devices (Venn section 4.2; venn.md 1.2).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scheduling/atom_set.h"

namespace propius {

// A group of jobs that the same devices serve.
struct VennGroup {
  const AtomSet* eligible = nullptr;  // S
  double supply = 0;                  // |S|, devices per second
  // Of its open requests in ascending order of the devices that they asked for: how many all up to each one asked for.
  std::span<const std::uint64_t> asked;
  double weight = 1;  // what one waiting job counts: 1, unless fairness says otherwise
};

// By group, the atoms that are its own: disjoint, each within what the group's jobs can use. `groups` come in ascending
// order of supply; `rates` are devices per second by atom.
//
// First the scarcest group takes all that it can use, and so on. Then, from the most abundant group down, a group takes
// over what it shares with the next scarcer one while more of its jobs per device would be done before that one's queue
// has drained than jobs per device wait there.
std::vector<AtomSet> ShareOutAtoms(std::span<const VennGroup> groups, std::span<const double> rates);

}  // namespace propius
