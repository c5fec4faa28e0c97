#include "store/plan_cache.h"

#include <iterator>
#include <utility>

namespace propius {

PlanCache::PlanCache(PlanCacheOptions options) : options_(options) {}

Blob PlanCache::Get(const Digest& digest, Time now) {
  const auto found = index_.find(digest);
  if (found != index_.end() && found->second->ends <= now) {
    Drop(found->second);
  } else if (found != index_.end()) {
    ++hits_;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->bytes;
  }
  ++misses_;
  return nullptr;
}

void PlanCache::Put(const Digest& digest, Blob bytes, Time now) {
  if (const auto found = index_.find(digest); found != index_.end()) Drop(found->second);
  // What has ended must not push out what has not; plans are few and large, so a walk over all of them is cheap.
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->ends <= now) Drop(entry);
    entry = next;
  }
  if (bytes == nullptr || bytes->size() > options_.max_bytes) return;
  while (bytes_ > options_.max_bytes - bytes->size()) Drop(std::prev(entries_.end()));

  bytes_ += bytes->size();
  entries_.push_front({digest, std::move(bytes), now + options_.ttl});
  index_.emplace(digest, entries_.begin());
}

void PlanCache::Drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes->size();
  index_.erase(entry->digest);
  entries_.erase(entry);
}

}  // namespace propius
