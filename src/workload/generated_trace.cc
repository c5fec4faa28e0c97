#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/rng.h"
#include "workload/embedded.h"
#include "workload/traces.h"

namespace propius {
namespace {

constexpr std::size_t kDay = 24;
constexpr double kHour = 3'600;
constexpr Duration kPeriod = 432'000s;
// Devices come in during the first day of the digitised trace, and leave for good from the fifth on.
constexpr std::size_t kFirstHour = 24;
constexpr std::size_t kLastHour = 96;

using HourlyRates = std::array<double, kDay>;

// How many are online by the hour of the day, as a share of the mean: the hours of day 2 to 4 on average.
HourlyRates DailyShape() {
  const std::vector<double> online = EmbeddedNumbers(kVennDiurnal);
  HourlyRates shape{};
  double sum = 0;
  for (std::size_t hour = kFirstHour; hour < kLastHour; ++hour) {
    shape[hour % kDay] += online[hour];
    sum += online[hour];
  }
  for (double& share : shape) share *= kDay / sum;
  return shape;
}

class GeneratedStream final : public SessionStream {
 public:
  GeneratedStream(const TraceShape& shape, const HourlyRates& rates)
      : shape_(shape), rates_(rates), arrivals_(shape.seed), lengths_(arrivals_.Fork()) {}

  std::size_t Read(std::span<Session> into) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), shape_.sessions - next_));
    for (Session& session : into.first(count)) {
      StepToArrival();
      const double length = shape_.median_session_s * std::exp(shape_.session_sigma * lengths_.Normal());
      const Time start(FromSeconds(now_));
      session = {start, start + FromSeconds(length), next_++};
    }
    return count;
  }

 private:
  // A Poisson process whose rate changes with the hour: as much of it passes as an exponential draw says.
  void StepToArrival() {
    double left = arrivals_.Exponential(1);
    for (;;) {
      const double rate = rates_[hour_ % kDay];
      const double rest = (static_cast<double>(hour_ + 1) * kHour - now_) * rate;
      if (left < rest) {
        now_ += left / rate;
        return;
      }
      left -= rest;
      ++hour_;
      now_ = static_cast<double>(hour_) * kHour;
    }
  }

  TraceShape shape_;
  const HourlyRates& rates_;
  Rng arrivals_;
  Rng lengths_;
  double now_ = 0;
  std::uint64_t hour_ = 0;
  std::uint64_t next_ = 0;
};

class GeneratedTrace final : public SessionTrace {
 public:
  explicit GeneratedTrace(const TraceShape& shape) : shape_(shape) {
    rates_.fill(1);
    if (shape.diurnal) rates_ = DailyShape();
    for (double& rate : rates_) rate *= shape.rate;
  }

  std::unique_ptr<SessionStream> Open() const override { return std::make_unique<GeneratedStream>(shape_, rates_); }
  std::uint64_t size() const override { return shape_.sessions; }
  // Five days, or a whole number of times as many where the sessions take longer on average.
  Duration horizon() const override {
    const double periods = std::ceil(static_cast<double>(shape_.sessions) / shape_.rate / Seconds(kPeriod) - 1e-6);
    return kPeriod * std::max<Duration::rep>(static_cast<Duration::rep>(periods), 1);
  }

 private:
  TraceShape shape_;
  HourlyRates rates_{};
};

}  // namespace

std::shared_ptr<const SessionTrace> MakeGeneratedTrace(const TraceShape& shape) {
  return std::make_shared<GeneratedTrace>(shape);
}

}  // namespace propius
