// Counters, gauges and histograms for /metrics; names begin with propius_ and end in their base unit.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace propius {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// Thread-safe. Asking twice for the same name and labels gives the same metric.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  prometheus::Counter& Counter(const std::string& name, const std::string& help, const MetricLabels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help, const MetricLabels& labels = {});
  prometheus::Histogram& Histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                                   const MetricLabels& labels = {});
  // Prometheus text exposition format.
  std::string Text() const;

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

}  // namespace propius
