#include "experiments/attribute_list.h"

#include <charconv>
#include <optional>
#include <sstream>

#include "base/quote.h"

namespace propius {
namespace {

// Fields in double quotes may hold commas.
std::vector<std::string> SplitLine(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

std::optional<double> ReadNumber(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

Result<std::vector<Attributes>> ParseAttributeList(std::string_view csv, const std::string& name) {
  std::istringstream lines{std::string(csv)};
  std::string line;
  if (!std::getline(lines, line))
    return Fail(Code::kInvalidArgument, name + ": expected a line of titles, got nothing");
  const std::vector<std::string> titles = SplitLine(line);
  std::vector<Attributes> devices;
  for (int number = 2; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    const std::string where = name + ":" + std::to_string(number) + ": ";
    const std::vector<std::string> fields = SplitLine(line);
    if (fields.size() != titles.size()) {
      return Fail(Code::kInvalidArgument, where + "expected " + std::to_string(titles.size()) + " columns, got " +
                                              std::to_string(fields.size()));
    }
    std::vector<Attribute> entries;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto value = ReadNumber(fields[i]);
      if (value) entries.push_back({titles[i], *value});
      if (!value && i > 0) {
        return Fail(Code::kInvalidArgument, where + titles[i] + ": expected a number, got " + Quote(fields[i]));
      }
    }
    auto device = Attributes::Make(std::move(entries), where + "attributes");
    if (!device) return tl::unexpected(device.error());
    devices.push_back(*std::move(device));
  }
  if (devices.empty()) return Fail(Code::kInvalidArgument, name + ": expected a line for each device, got none");
  return devices;
}

}  // namespace propius
