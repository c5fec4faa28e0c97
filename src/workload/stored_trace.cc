#include "workload/stored_trace.h"

#include <algorithm>
#include <iterator>
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

// Sorting and merging as the standard library does it takes as much room again; up to a piece that is little.
constexpr std::ptrdiff_t kPiece = 1 << 16;

using Stays = std::deque<StoredSessions::Stay>::iterator;

bool Earlier(const StoredSessions::Stay& a, const StoredSessions::Stay& b) { return a.start < b.start; }

// The longer half is cut in two, and what belongs between the parts is turned to there.
void Merge(Stays first, Stays middle, Stays last) {
  if (first == middle || middle == last || !Earlier(*middle, *std::prev(middle))) return;
  if (last - first <= kPiece) {
    std::inplace_merge(first, middle, last, Earlier);
    return;
  }
  Stays left = first + (middle - first) / 2;
  Stays right = middle + (last - middle) / 2;
  if (middle - first >= last - middle) {
    right = std::lower_bound(middle, last, *left, Earlier);
  } else {
    left = std::upper_bound(first, middle, *right, Earlier);
  }
  const Stays turned = std::rotate(left, middle, right);
  Merge(first, left, turned);
  Merge(turned, right, last);
}

void SortStays(Stays first, Stays last) {
  if (last - first <= kPiece) {
    std::stable_sort(first, last, Earlier);
    return;
  }
  const Stays middle = first + (last - first) / 2;
  SortStays(first, middle);
  SortStays(middle, last);
  Merge(first, middle, last);
}

}  // namespace

void StoredSessions::Sort() {
  if (!sorted_) SortStays(stays_.begin(), stays_.end());
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
