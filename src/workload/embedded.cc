#include "workload/embedded.h"

#include <nlohmann/json.hpp>

#include "base/check.h"

namespace propius {
namespace {

// The build carries these files: if one cannot be read, the build is broken.
nlohmann::json Parse(std::string_view json) {
  nlohmann::json value = nlohmann::json::parse(json, nullptr, false);
  CHECK(!value.is_discarded());
  return value;
}

}  // namespace

std::vector<double> EmbeddedNumbers(std::string_view json) { return Parse(json).get<std::vector<double>>(); }

Histogram EmbeddedHistogram(std::string_view json) {
  const nlohmann::json value = Parse(json);
  Histogram histogram{value["edges"].get<std::vector<double>>(), value["count"].get<std::vector<double>>()};
  CHECK(!histogram.counts.empty() && histogram.edges.size() == histogram.counts.size() + 1);
  return histogram;
}

}  // namespace propius
