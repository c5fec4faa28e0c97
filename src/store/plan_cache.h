// Plans in memory: least recently used goes first when bytes run short, and every entry ends after its TTL (paper
// section 4.1).
#pragma once

#include <cstdint>
#include <list>
#include <map>

#include "base/time.h"
#include "domain/round.h"
#include "domain/safetensors.h"

namespace propius {

struct PlanCacheOptions {
  std::uint64_t max_bytes = std::uint64_t{1} << 30;
  Duration ttl = 5min;
};

class PlanCache {
 public:
  explicit PlanCache(PlanCacheOptions options);

  // Null on a miss or once the TTL has passed since Put; a hit does not extend it.
  Blob Get(const Digest& digest, Time now);
  // A plan larger than the whole cache is not kept.
  void Put(const Digest& digest, Blob bytes, Time now);

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t hits() const { return hits_; }
  std::uint64_t misses() const { return misses_; }
  const PlanCacheOptions& options() const { return options_; }

 private:
  struct Entry {
    Digest digest;
    Blob bytes;
    Time ends;
  };
  void Drop(std::list<Entry>::iterator entry);

  PlanCacheOptions options_;
  std::list<Entry> entries_;  // most recently used first
  std::map<Digest, std::list<Entry>::iterator> index_;
  std::uint64_t bytes_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace propius
