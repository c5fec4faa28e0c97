// What a scheduling policy may ask about the devices in the system window (paper Table 3).
#pragma once

#include <cstdint>

#include "domain/constraint.h"

namespace propius {

class Census {
 public:
  virtual ~Census() = default;
  // Devices heard from within the window.
  virtual std::int64_t Size() const = 0;
  // Those of them that meet the constraint.
  virtual std::int64_t SubsetSize(const Constraint& constraint) const = 0;

  // SubsetSize over Size; 0 when the window is empty.
  double Proportion(const Constraint& constraint) const {
    const std::int64_t size = Size();
    return size == 0 ? 0.0 : static_cast<double>(SubsetSize(constraint)) / static_cast<double>(size);
  }
};

}  // namespace propius
