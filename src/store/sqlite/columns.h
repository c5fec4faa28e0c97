// Columns that people can read: named numbers as JSON, enums by name, digests in hex.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "domain/attributes.h"
#include "domain/sync_spec.h"

namespace propius {

// {"cpu_f":8.0,"ram_gb":4.0}, which json_extract() of the sqlite3 shell reads. Numbers come back bit for bit.
std::string NumbersToJson(const std::map<std::string, double>& numbers);
Result<std::map<std::string, double>> NumbersFromJson(std::string_view json);
std::string AttributesToJson(const Attributes& attributes);
Result<Attributes> AttributesFromJson(std::string_view json, std::string_view column);

// Empty for none; anything else that is no text of a SyncSpec is kDataLoss.
Result<std::optional<SyncSpec>> SyncFromText(std::string_view text);

// A digest that is not hex is kDataLoss.
Result<std::string> DigestFromHex(std::string_view hex, std::string_view column);

// The value from 0 to `last` that `name_of` gives this name.
template <typename Enum>
Result<Enum> FromName(std::string_view name, Enum last, std::string_view (*name_of)(Enum), std::string_view column) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  return Fail(Code::kDataLoss, std::string(column) + ": expected a known name, got \"" + std::string(name) + "\"");
}

}  // namespace propius
