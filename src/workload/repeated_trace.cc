#include <algorithm>
#include <utility>

#include "workload/traces.h"

namespace propius {
namespace {

class RepeatedStream final : public SessionStream {
 public:
  RepeatedStream(const SessionTrace& trace, std::uint64_t times, Duration period)
      : trace_(trace), left_(times), period_(period) {}

  std::size_t Read(std::span<Session> into) override {
    std::size_t filled = 0;
    while (filled < into.size()) {
      if (stream_ == nullptr && !Begin()) break;
      const std::size_t count = stream_->Read(into.subspan(filled));
      for (Session& session : into.subspan(filled, count)) {
        // What begins later belongs to no repetition, or they would overlap.
        if (session.start >= Time(period_)) {
          stream_ = nullptr;
          break;
        }
        session.start += shift_;
        session.end += shift_;
        ++filled;
      }
      if (count == 0) stream_ = nullptr;
    }
    return filled;
  }

 private:
  bool Begin() {
    if (left_ == 0) return false;
    if (begun_) shift_ += period_;
    begun_ = true;
    --left_;
    stream_ = trace_.Open();
    return true;
  }

  const SessionTrace& trace_;
  std::uint64_t left_;
  Duration period_;
  Duration shift_{0};
  bool begun_ = false;
  std::unique_ptr<SessionStream> stream_;
};

class RepeatedTrace final : public SessionTrace {
 public:
  RepeatedTrace(std::shared_ptr<const SessionTrace> trace, std::uint64_t times, Duration period)
      : trace_(std::move(trace)), times_(times), period_(period) {}

  std::unique_ptr<SessionStream> Open() const override {
    return std::make_unique<RepeatedStream>(*trace_, times_, period_);
  }
  std::uint64_t size() const override { return trace_->size() * times_; }
  Duration horizon() const override { return period_ * static_cast<Duration::rep>(times_); }

 private:
  std::shared_ptr<const SessionTrace> trace_;
  std::uint64_t times_;
  Duration period_;
};

}  // namespace

std::shared_ptr<const SessionTrace> Repeated(std::shared_ptr<const SessionTrace> trace, std::uint64_t times,
                                             Duration period) {
  return std::make_shared<RepeatedTrace>(std::move(trace), times, period);
}

}  // namespace propius
