#include "domain/attributes.h"

#include <algorithm>
#include <cmath>

#include "base/quote.h"

namespace propius {
namespace {

constexpr std::size_t kMaxEntries = 64;

}  // namespace

bool IsAttributeName(std::string_view name) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto rest = [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 64 && lower(name.front()) && std::ranges::all_of(name, rest);
}

Result<Attributes> Attributes::Make(std::vector<Attribute> entries, std::string_view what) {
  const std::string where(what);
  if (entries.size() > kMaxEntries) {
    return Fail(Code::kInvalidArgument, where + ": expected at most " + std::to_string(kMaxEntries) +
                                            " attributes, got " + std::to_string(entries.size()));
  }
  // By name alone: values may still be NaN, which has no place in an order.
  std::ranges::sort(entries, {}, &Attribute::name);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [name, value] = entries[i];
    if (!IsAttributeName(name)) {
      return Fail(Code::kInvalidArgument,
                  where + ": expected a name of at most 64 lower-case letters, digits and _, got " + Quote(name));
    }
    if (!std::isfinite(value)) {
      return Fail(Code::kInvalidArgument,
                  where + "." + name + ": expected a finite number, got " + std::to_string(value));
    }
    if (i > 0 && entries[i - 1].name == name) {
      return Fail(Code::kInvalidArgument, where + "." + name + ": expected one value, got two");
    }
  }
  Attributes attributes;
  attributes.entries_ = std::move(entries);
  return attributes;
}

std::optional<double> Attributes::Get(std::string_view name) const {
  const auto found =
      std::ranges::lower_bound(entries_, name, {}, [](const Attribute& entry) { return std::string_view(entry.name); });
  if (found == entries_.end() || found->name != name) return std::nullopt;
  return found->value;
}

}  // namespace propius
