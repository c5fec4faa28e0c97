#include "dataplane/update_check.h"

#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "base/quote.h"

namespace propius {
namespace {

tl::unexpected<Rejection> Reject(std::string reason, std::string detail) {
  return tl::unexpected(Rejection{std::move(reason), std::move(detail)});
}

tl::expected<double, Rejection> ReadWeight(const SafetensorsView& update, double max_weight) {
  const auto found = update.metadata.find("weight");
  if (found == update.metadata.end() && max_weight >= 1) return 1.0;
  const std::string text = found == update.metadata.end() ? "none, which means 1" : Quote(found->second);
  double weight = 0;
  if (found != update.metadata.end()) {
    const char* const end = found->second.data() + found->second.size();
    const auto [rest, error] = std::from_chars(found->second.data(), end, weight);
    if (error == std::errc() && rest == end && std::isfinite(weight) && weight > 0 && weight <= max_weight) {
      return weight;
    }
  }
  return Reject("weight",
                "weight: expected a number over 0 and at most " + std::to_string(max_weight) + ", got " + text);
}

}  // namespace

tl::expected<CheckedUpdate, Rejection> CheckUpdate(std::string_view bytes, const Manifest& manifest,
                                                   std::uint64_t max_bytes, double max_weight) {
  if (bytes.size() > max_bytes) {
    return Reject(
        "size", "size: expected at most " + std::to_string(max_bytes) + " bytes, got " + std::to_string(bytes.size()));
  }
  Result<SafetensorsView> view = ParseSafetensors(bytes);
  if (!view) return Reject("malformed", view.error().message);
  if (const Status fits = CheckManifest(manifest, *view); !fits) return Reject("manifest", fits.error().message);
  const tl::expected<double, Rejection> weight = ReadWeight(*view, max_weight);
  if (!weight) return tl::unexpected(weight.error());
  if (const Status finite = CheckFinite(*view); !finite) return Reject("not_finite", finite.error().message);
  return CheckedUpdate{std::move(*view), *weight};
}

}  // namespace propius
