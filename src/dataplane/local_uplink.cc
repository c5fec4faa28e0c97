#include "dataplane/local_uplink.h"

#include <utility>

namespace propius {
namespace {

class LocalUplink final : public Uplink {
 public:
  explicit LocalUplink(Root& root) : root_(root) {}

  void FetchPlan(const Digest& digest, Done<Blob> done) override { root_.plans()->Get(digest, std::move(done)); }
  void Claim(const ClaimRequest& request, Done<ClaimGrant> done) override { root_.Claim(request, std::move(done)); }
  void Push(const Segment& segment, Done<SegmentVerdict> done) override { root_.Push(segment, std::move(done)); }

 private:
  Root& root_;
};

}  // namespace

std::unique_ptr<Uplink> MakeLocalUplink(Root& root) { return std::make_unique<LocalUplink>(root); }

}  // namespace propius
