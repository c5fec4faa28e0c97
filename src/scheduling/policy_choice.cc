#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "base/quote.h"
#include "scheduling/registry.h"

namespace propius {
namespace {

constexpr std::uint32_t kMostTiers = 64;
constexpr std::uint32_t kMostParts = 4'096;
constexpr double kMostExponent = 100;  // of fairness and ageing
constexpr double kMostShare = 1e6;
constexpr std::string_view kTenantShare = "share.";

tl::unexpected<Error> Refuse(const std::string& what, const std::string& expected, std::string_view got) {
  return Fail(Code::kInvalidArgument, what + ": expected " + expected + ", got " + Quote(got));
}

template <typename Number>
bool Read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// What one option reads its text into; the message of a refusal says what it expected.
struct Option {
  std::string_view name;
  std::string_view expected;
  bool (*set)(PolicyOptions& options, std::string_view text);
};
constexpr std::array<Option, 5> kOptions{{
    {"ageing", "a number", [](PolicyOptions& options, std::string_view text) { return Read(text, options.ageing); }},
    {"fairness", "a number",
     [](PolicyOptions& options, std::string_view text) { return Read(text, options.fairness); }},
    {"inner", "the name of a policy",
     [](PolicyOptions& options, std::string_view text) {
       options.inner = text;
       return !text.empty();
     }},
    {"parts", "a whole number",
     [](PolicyOptions& options, std::string_view text) { return Read(text, options.parts); }},
    {"tiers", "a whole number",
     [](PolicyOptions& options, std::string_view text) { return Read(text, options.tiers); }},
}};

Status Set(PolicyOptions& options, std::string_view name, std::string_view value, const std::string& where) {
  if (name.starts_with(kTenantShare) && IsAttributeName(name.substr(kTenantShare.size()))) {
    double& share = options.tenant_shares[TenantId(name.substr(kTenantShare.size()))];
    if (!Read(value, share)) return Refuse(where + "." + std::string(name), "a number", value);
    return {};
  }
  std::string known;
  for (const Option& option : kOptions) {
    if (option.name == name) {
      if (!option.set(options, value)) {
        return Refuse(where + "." + std::string(name), std::string(option.expected), value);
      }
      return {};
    }
    known += std::string(option.name) + ", ";
  }
  return Refuse(where, "options " + known + "or share.TENANT", name);
}

Status InRange(bool good, const std::string& what, const std::string& expected, double got) {
  if (good) return {};
  return Fail(Code::kInvalidArgument, what + ": expected " + expected + ", got " + std::to_string(got));
}

}  // namespace

Status Validate(const PolicyOptions& options) {
  const auto exponent = [](double value) { return value >= 0 && value <= kMostExponent; };
  for (const Status& status : {
           InRange(options.tiers >= 1 && options.tiers <= kMostTiers, "tiers", "1 to 64", options.tiers),
           InRange(exponent(options.fairness), "fairness", "0 to 100", options.fairness),
           InRange(exponent(options.ageing), "ageing", "0 to 100", options.ageing),
           InRange(options.parts >= 1 && options.parts <= kMostParts, "parts", "1 to 4096", options.parts),
       }) {
    if (!status) return status;
  }
  for (const auto& [tenant, share] : options.tenant_shares) {
    const bool good = share > 0 && share <= kMostShare;
    if (const Status status = InRange(good, "share of " + tenant, "more than 0 and at most 1e6", share); !status) {
      return status;
    }
  }
  return {};
}

Result<PolicyChoice> ParsePolicyChoice(std::string_view text) {
  PolicyChoice choice;
  std::string_view rest = text;
  const auto take = [&rest] {
    const std::size_t colon = rest.find(':');
    const std::string_view part = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    return part;
  };
  choice.name = take();
  if (!IsAttributeName(choice.name)) return Refuse("policy", "NAME or NAME:OPTION=VALUE:...", text);

  const std::string where = "policy " + choice.name;
  if (text.ends_with(':')) return Refuse(where, "OPTION=VALUE after the colon", "");
  std::set<std::string_view> given;
  while (!rest.empty()) {
    const std::string_view option = take();
    const std::size_t equals = option.find('=');
    if (equals == std::string_view::npos) return Refuse(where, "OPTION=VALUE", option);
    const std::string_view name = option.substr(0, equals);
    if (!given.insert(name).second) return Refuse(where, "each option once", std::string(name) + " twice");
    if (const Status status = Set(choice.options, name, option.substr(equals + 1), where); !status) {
      return tl::unexpected(status.error());
    }
  }
  if (const Status status = Validate(choice.options); !status) {
    return Fail(status.error().code, where + "." + status.error().message);
  }
  return choice;
}

}  // namespace propius
