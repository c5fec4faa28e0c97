// Plans at hand: a cache before a slower source, which is asked once for all that wait (paper section 4.1).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/runtime.h"
#include "store/plan_cache.h"

namespace propius {

class PlanShelf : public std::enable_shared_from_this<PlanShelf> {
 public:
  using Source = std::function<void(const Digest&, Done<Blob>)>;

  // `limit`: of one fetch.
  PlanShelf(Runtime& runtime, PlanCacheOptions options, Duration limit, Source source);

  // Fails as the source does, with kUnavailable if it does not answer in time, and with kDataLoss if what came is not
  // the plan of that digest. A failure is not remembered.
  void Get(const Digest& digest, Done<Blob> done);
  void Put(const Digest& digest, Blob plan);

 private:
  struct Fetch {
    std::vector<Done<Blob>> waiting;
  };
  void Start(const Digest& digest, const std::shared_ptr<Fetch>& fetch);
  void Finish(const Digest& digest, const std::shared_ptr<Fetch>& fetch, const Result<Blob>& plan);

  Runtime& runtime_;
  Duration limit_;
  Source source_;
  PlanCache cache_;
  std::map<Digest, std::shared_ptr<Fetch>> fetches_;
};

}  // namespace propius
