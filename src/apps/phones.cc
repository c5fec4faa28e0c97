#include "apps/phones.h"

#include <array>
#include <charconv>

namespace propius {
namespace {

constexpr std::string_view kHeader = "device,cpu_f,ram_gb,fp16_mem,android_os,ms_per_sample";
constexpr std::array<std::string_view, 4> kAttributes{"cpu_f", "ram_gb", "fp16_mem", "android_os"};

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Result<Phone> ParsePhone(std::string_view line, const std::string& where) {
  // The numbers stand last and the name may have commas, so the fields are taken from the back.
  std::array<double, 5> numbers{};
  for (std::size_t i = numbers.size(); i > 0; --i) {
    const std::size_t comma = line.rfind(',');
    const std::string_view field = comma == std::string_view::npos ? "" : line.substr(comma + 1);
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), numbers.at(i - 1));
    if (error != std::errc() || end != field.data() + field.size() || field.empty()) {
      return Fail(Code::kInvalidArgument,
                  where + ": expected a name and five numbers, got \"" + std::string(line) + "\"");
    }
    line = line.substr(0, comma);
  }
  std::vector<Attribute> entries;
  for (std::size_t i = 0; i < kAttributes.size(); ++i)
    entries.push_back({std::string(kAttributes.at(i)), numbers.at(i)});
  Result<Attributes> attributes = Attributes::Make(std::move(entries), where);
  if (!attributes) return tl::unexpected(attributes.error());
  if (numbers[4] <= 0) return Fail(Code::kInvalidArgument, where + ": expected a positive ms_per_sample");
  return Phone{std::string(line), *std::move(attributes), numbers[4]};
}

}  // namespace

Result<std::vector<Phone>> ParsePhones(std::string_view csv) {
  if (const std::string_view header = TakeLine(csv); header != kHeader) {
    return Fail(Code::kInvalidArgument,
                "phones: expected the columns " + std::string(kHeader) + ", got " + std::string(header.substr(0, 120)));
  }
  std::vector<Phone> phones;
  for (std::size_t number = 2; !csv.empty(); ++number) {
    const std::string_view line = TakeLine(csv);
    if (line.empty()) continue;
    Result<Phone> phone = ParsePhone(line, "phones line " + std::to_string(number));
    if (!phone) return tl::unexpected(phone.error());
    phones.push_back(*std::move(phone));
  }
  if (phones.empty()) return Fail(Code::kInvalidArgument, "phones: expected at least one, got none");
  return phones;
}

}  // namespace propius
