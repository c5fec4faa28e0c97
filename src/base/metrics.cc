#include "base/metrics.h"

#include <stdexcept>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/check.h"

namespace propius {
namespace {

prometheus::Labels ToLabels(const MetricLabels& labels) { return {labels.begin(), labels.end()}; }

// The library throws on a malformed name and on a name that is already of another kind: both are ours to avoid.
template <typename Builder, typename... Arguments>
auto& Register(Builder builder, prometheus::Registry& registry, const std::string& name, const std::string& help,
               const MetricLabels& labels, Arguments&&... arguments) {
  try {
    return builder.Name(name).Help(help).Register(registry).Add(ToLabels(labels),
                                                                std::forward<Arguments>(arguments)...);
  } catch (const std::exception&) {
    const bool metric_is_well_named_and_of_one_kind = false;
    CHECK(metric_is_well_named_and_of_one_kind);
    throw;
  }
}

}  // namespace

Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>()) {}
Metrics::~Metrics() = default;

prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help, const MetricLabels& labels) {
  return Register(prometheus::BuildCounter(), *registry_, name, help, labels);
}

prometheus::Gauge& Metrics::Gauge(const std::string& name, const std::string& help, const MetricLabels& labels) {
  return Register(prometheus::BuildGauge(), *registry_, name, help, labels);
}

prometheus::Histogram& Metrics::Histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                                          const MetricLabels& labels) {
  return Register(prometheus::BuildHistogram(), *registry_, name, help, labels, std::move(bounds));
}

std::string Metrics::Text() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

}  // namespace propius
