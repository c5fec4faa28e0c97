// What a device is: named numbers. Public ones (cpu_f, ram_gb, …) it shares, private ones it keeps.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace propius {

struct Attribute {
  std::string name;
  double value = 0;

  friend auto operator<=>(const Attribute&, const Attribute&) = default;
};

// Sorted by name, each name once.
class Attributes {
 public:
  Attributes() = default;
  // Fails on more than 64 entries, a name given twice, a name that is not [a-z][a-z0-9_]{0,63}, or a value that is not
  // finite. `what` names the place in the message.
  static Result<Attributes> Make(std::vector<Attribute> entries, std::string_view what);

  std::optional<double> Get(std::string_view name) const;
  std::span<const Attribute> entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

  friend auto operator<=>(const Attributes&, const Attributes&) = default;

 private:
  std::vector<Attribute> entries_;
};

// True for [a-z][a-z0-9_]{0,63}.
bool IsAttributeName(std::string_view name);

}  // namespace propius
