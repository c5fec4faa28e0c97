#include "workload/stored_trace.h"

#include <algorithm>
#include <span>
#include <utility>

#include "workload/traces.h"

namespace propius {
namespace {

constexpr Duration kPeriod = 432'000s;

class StoredStream final : public SessionStream {
 public:
  explicit StoredStream(const StoredSessions& sessions) : sessions_(sessions) {}

  std::size_t Read(std::span<Session> into) override {
    const std::size_t count = std::min(into.size(), sessions_.size() - next_);
    for (std::size_t i = 0; i < count; ++i, ++next_) {
      const StoredSessions::Stay& stay = sessions_[next_];
      into[i] = {FromMicros(stay.start), FromMicros(stay.end), next_};
    }
    return count;
  }

 private:
  const StoredSessions& sessions_;
  std::size_t next_ = 0;
};

class StoredTrace final : public SessionTrace {
 public:
  explicit StoredTrace(StoredSessions sessions) : sessions_(std::move(sessions)) { sessions_.Sort(); }

  std::unique_ptr<SessionStream> Open() const override { return std::make_unique<StoredStream>(sessions_); }
  std::uint64_t size() const override { return sessions_.size(); }
  Duration horizon() const override {
    const Duration last(sessions_.size() == 0 ? 0 : sessions_[sessions_.size() - 1].start);
    return (last / kPeriod + 1) * kPeriod;
  }

 private:
  StoredSessions sessions_;
};

}  // namespace

void StoredSessions::Sort() {
  if (sorted_) return;
  std::vector<Stay> all;
  all.reserve(size_);
  for (std::size_t i = 0; i < size_; ++i) all.push_back((*this)[i]);
  std::ranges::stable_sort(all, {}, &Stay::start);
  for (std::size_t i = 0; i < size_; ++i) blocks_[i / kBlock][i % kBlock] = all[i];
  sorted_ = true;
}

std::shared_ptr<const SessionTrace> MakeStoredTrace(StoredSessions sessions) {
  return std::make_shared<StoredTrace>(std::move(sessions));
}

std::shared_ptr<const SessionTrace> MakeStoredTrace(const std::vector<Session>& sessions) {
  StoredSessions stored;
  for (const Session& session : sessions) stored.Add(ToMicros(session.start), ToMicros(session.end));
  return MakeStoredTrace(std::move(stored));
}

std::shared_ptr<const SessionTrace> Stored(const SessionTrace& trace) {
  StoredSessions stored;
  std::vector<Session> batch(4'096);
  const std::unique_ptr<SessionStream> stream = trace.Open();
  for (;;) {
    const std::size_t count = stream->Read(batch);
    if (count == 0) break;
    for (const Session& session : std::span(batch).first(count)) {
      stored.Add(ToMicros(session.start), ToMicros(session.end));
    }
  }
  return MakeStoredTrace(std::move(stored));
}

}  // namespace propius
