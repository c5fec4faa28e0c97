// What a job needs of a device: lower bounds on attributes (paper section 3.1).
#pragma once

#include "domain/attributes.h"

namespace propius {

class Constraint {
 public:
  // Admits every device.
  Constraint() = default;
  explicit Constraint(Attributes lower_bounds) : bounds_(std::move(lower_bounds)) {}

  // True if every bound is met; an attribute that the device does not state meets no bound.
  bool Admits(const Attributes& device) const;
  const Attributes& bounds() const { return bounds_; }

  friend auto operator<=>(const Constraint&, const Constraint&) = default;

 private:
  Attributes bounds_;
};

}  // namespace propius
