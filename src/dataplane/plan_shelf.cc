#include "dataplane/plan_shelf.h"

#include <utility>

#include "base/crypto.h"
#include "dataplane/answer.h"

namespace propius {
namespace {

Result<Blob> Checked(const Digest& digest, const Result<Blob>& plan) {
  if (!plan) return plan;
  const Digest got = *plan ? Sha256(**plan) : Digest();
  if (got == digest) return plan;
  return Fail(Code::kDataLoss, "plan: expected bytes with digest " + ToHex(digest) + ", got " +
                                   (got.empty() ? "none" : "some with " + ToHex(got)));
}

}  // namespace

PlanShelf::PlanShelf(Runtime& runtime, PlanCacheOptions options, Duration limit, Source source)
    : runtime_(runtime), limit_(limit), source_(std::move(source)), cache_(options) {}

void PlanShelf::Put(const Digest& digest, Blob plan) { cache_.Put(digest, std::move(plan), runtime_.Now()); }

void PlanShelf::Get(const Digest& digest, Done<Blob> done) {
  if (Blob plan = cache_.Get(digest, runtime_.Now())) {
    Answer(runtime_, std::move(done), std::move(plan));
    return;
  }
  std::shared_ptr<Fetch>& fetch = fetches_[digest];
  const bool first = !fetch;
  if (first) fetch = std::make_shared<Fetch>();
  fetch->waiting.push_back(std::move(done));
  if (first) Start(digest, std::shared_ptr(fetch));
}

void PlanShelf::Start(const Digest& digest, const std::shared_ptr<Fetch>& fetch) {
  runtime_.After(limit_, [weak = weak_from_this(), digest, fetch] {
    const auto self = weak.lock();
    if (!self || fetch->waiting.empty()) return;
    self->Finish(digest, fetch,
                 Fail(Code::kUnavailable, "plan " + ToHex(digest) + ": expected the parent to answer within " +
                                              FormatDuration(self->limit_) + ", got no answer"));
  });
  source_(digest, [weak = weak_from_this(), digest, fetch](const Result<Blob>& plan) {
    if (const auto self = weak.lock()) self->Finish(digest, fetch, Checked(digest, plan));
  });
}

void PlanShelf::Finish(const Digest& digest, const std::shared_ptr<Fetch>& fetch, const Result<Blob>& plan) {
  if (plan) Put(digest, *plan);
  const auto found = fetches_.find(digest);
  if (found != fetches_.end() && found->second == fetch) fetches_.erase(found);
  for (Done<Blob>& done : std::exchange(fetch->waiting, {})) Answer(runtime_, std::move(done), plan);
}

}  // namespace propius
