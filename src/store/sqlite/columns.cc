#include "store/sqlite/columns.h"

#include <cmath>
#include <limits>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/crypto.h"

namespace propius {
namespace {

using Json = nlohmann::json;

// JSON has no infinities and no NaN: these are texts.
Json ToJson(double number) {
  if (std::isfinite(number)) return number;
  if (std::isnan(number)) return "nan";
  return number > 0 ? "inf" : "-inf";
}

std::optional<double> FromJson(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

std::string Write(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string NumbersToJson(const std::map<std::string, double>& numbers) {
  Json json = Json::object();
  for (const auto& [name, number] : numbers) json[name] = ToJson(number);
  return Write(json);
}

Result<std::map<std::string, double>> NumbersFromJson(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, false);
  std::map<std::string, double> numbers;
  bool good = parsed.is_object();
  if (good) {
    for (const auto& [name, value] : parsed.items()) {
      const std::optional<double> number = FromJson(value);
      good = good && number.has_value();
      numbers[name] = number.value_or(0);
    }
  }
  if (!good) return Fail(Code::kDataLoss, "expected a JSON object of numbers, got \"" + std::string(json) + "\"");
  return numbers;
}

std::string AttributesToJson(const Attributes& attributes) {
  Json json = Json::object();
  for (const Attribute& entry : attributes.entries()) json[entry.name] = entry.value;
  return Write(json);
}

Result<Attributes> AttributesFromJson(std::string_view json, std::string_view column) {
  const Result<std::map<std::string, double>> numbers = NumbersFromJson(json);
  if (!numbers) return tl::unexpected(numbers.error());
  std::vector<Attribute> entries;
  for (const auto& [name, number] : *numbers) entries.push_back({name, number});
  Result<Attributes> attributes = Attributes::Make(std::move(entries), column);
  if (!attributes) return Fail(Code::kDataLoss, attributes.error().message);
  return attributes;
}

Result<std::optional<SyncSpec>> SyncFromText(std::string_view text) {
  if (text.empty()) return std::optional<SyncSpec>();
  Result<SyncSpec> spec = ParseSyncSpec(text);
  if (!spec) return Fail(Code::kDataLoss, spec.error().message);
  return std::optional(*std::move(spec));
}

Result<std::string> DigestFromHex(std::string_view hex, std::string_view column) {
  Result<std::string> digest = FromHex(hex);
  if (!digest) return Fail(Code::kDataLoss, std::string(column) + ": " + digest.error().message);
  return digest;
}

}  // namespace propius
