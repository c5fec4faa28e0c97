#include "base/metrics.h"

#include <thread>

#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

namespace propius {
namespace {

TEST(Metrics, GivesTheSameMetricForTheSameNameAndLabels) {
  Metrics metrics;
  prometheus::Counter& binds = metrics.Counter("propius_binds_total", "Binds.", {{"tenant", "a"}});
  EXPECT_EQ(&binds, &metrics.Counter("propius_binds_total", "Binds.", {{"tenant", "a"}}));
  EXPECT_NE(&binds, &metrics.Counter("propius_binds_total", "Binds.", {{"tenant", "b"}}));
  prometheus::Histogram& waits = metrics.Histogram("propius_wait_seconds", "Waits.", {0.1, 1});
  EXPECT_EQ(&waits, &metrics.Histogram("propius_wait_seconds", "Waits.", {0.1, 1}));
}

TEST(Metrics, WritesTheTextThatPrometheusReads) {
  Metrics metrics;
  metrics.Counter("propius_binds_total", "Binds made.", {{"tenant", "a\"b"}}).Increment(3);
  metrics.Gauge("propius_devices", "Devices in the window.").Set(7);
  metrics.Histogram("propius_wait_seconds", "Waits.", {0.5, 5}).Observe(1);
  const std::string text = metrics.Text();
  for (const std::string line :
       {"# HELP propius_binds_total Binds made.", "# TYPE propius_binds_total counter",
        "propius_binds_total{tenant=\"a\\\"b\"} 3", "# TYPE propius_devices gauge", "propius_devices 7",
        "propius_wait_seconds_bucket{le=\"0.5\"} 0", "propius_wait_seconds_bucket{le=\"5\"} 1",
        "propius_wait_seconds_bucket{le=\"+Inf\"} 1", "propius_wait_seconds_sum 1", "propius_wait_seconds_count 1"}) {
    EXPECT_NE(text.find(line + "\n"), std::string::npos) << line << "\nin\n" << text;
  }
}

TEST(Metrics, CountsFromSeveralThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&metrics] {
      for (int n = 0; n < 1'000; ++n) metrics.Counter("propius_calls_total", "Calls.").Increment();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.Counter("propius_calls_total", "Calls.").Value(), 4'000);
}

TEST(MetricsDeathTest, EndsOnANameThatIsNoMetricName) {
  Metrics metrics;
  EXPECT_DEATH(metrics.Counter("not a name", "Nothing."), "well_named");
}

}  // namespace
}  // namespace propius
