#include "domain/constraint.h"

namespace propius {

bool Constraint::Admits(const Attributes& device) const {
  // Both are sorted by name: one walk over both.
  auto have = device.entries().begin();
  const auto end = device.entries().end();
  for (const Attribute& bound : bounds_.entries()) {
    while (have != end && have->name < bound.name) ++have;
    if (have == end || have->name != bound.name || have->value < bound.value) return false;
  }
  return true;
}

}  // namespace propius
