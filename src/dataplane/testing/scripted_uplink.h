// A parent whose answers the test gives one by one.
#pragma once

#include <utility>
#include <vector>

#include "dataplane/uplink.h"

namespace propius {

class ScriptedUplink final : public Uplink {
 public:
  struct PushCall {
    Segment segment;
    Done<SegmentVerdict> done;
  };

  void FetchPlan(const Digest&, Done<Blob> done) override { plans.push_back(std::move(done)); }
  void Claim(const ClaimRequest&, Done<ClaimGrant> done) override { claims.push_back(std::move(done)); }
  void Push(const Segment& segment, Done<SegmentVerdict> done) override {
    pushes.push_back({segment, std::move(done)});
  }

  std::vector<Done<Blob>> plans;
  std::vector<Done<ClaimGrant>> claims;
  std::vector<PushCall> pushes;
};

}  // namespace propius
