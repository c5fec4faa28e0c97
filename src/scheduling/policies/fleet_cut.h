// The fleet shared among claimants, kind of device by kind of device.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "scheduling/policy.h"

namespace propius {

// Whoever wants a part of the fleet. Claims of one family share its weight by their own.
struct Claimant {
  const AtomSet* eligible = nullptr;
  double weight = 1;
  std::size_t family = 0;
};

struct Portion {
  AtomId atom = 0;
  double amount = 0;
};
using Allotments = std::vector<std::vector<Portion>>;  // by claim; a claim's by atom

// How much there is of each atom, by its rate of check-ins. Kinds that have not come yet count for next to nothing, not
// for nothing: whoever is first of them when they come is settled as for the others.
std::vector<double> AmountsOf(const Supply& supply);

// Weighted max-min fairness by progressive filling: all claims are filled at the same time, each as fast as its weight
// says, with the devices that the fewest others want, until there are none left for it; from then on its family's
// weight belongs to its siblings. Exact where the sets of eligible devices are nested, and near where they are not.
// Every claim that is eligible for some atom with an amount gets something, and all of each such atom is given away.
// `amounts` is by atom, `families` are their weights.
Allotments FillEvenly(std::span<const Claimant> claims, std::span<const double> families,
                      std::span<const double> amounts);

// A part of the devices of these atoms.
struct Cut {
  FleetPart part;
  AtomSet atoms;
};
// Lays what the claims were allotted of an atom side by side over [0, 1), in their order. By claim.
std::vector<std::vector<Cut>> LayOut(const Allotments& allotments, std::size_t atoms);

}  // namespace propius
