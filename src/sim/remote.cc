#include "sim/remote.h"

#include <utility>

namespace propius {
namespace {

class RemoteUplink final : public Uplink {
 public:
  RemoteUplink(Life& leaf, Link& link, ProcessOf<NodeServer>& root, std::string token, Duration timeout)
      : leaf_(leaf), link_(link), root_(root), token_(std::move(token)), timeout_(timeout) {}

  void FetchPlan(const Digest& digest, Done<Blob> done) override {
    Call<Blob>(
        link_, leaf_, root_, timeout_,
        [digest](NodeServer& root, Done<Blob> reply) { root.node->GetPlan(digest, std::move(reply)); },
        std::move(done));
  }

  void Claim(const ClaimRequest& request, Done<ClaimGrant> done) override {
    Call<ClaimGrant>(
        link_, leaf_, root_, timeout_,
        [token = token_, request](NodeServer& root, Done<ClaimGrant> reply) {
          root.node->Claim(token, request, std::move(reply));
        },
        std::move(done));
  }

  void Push(const Segment& segment, Done<SegmentVerdict> done) override {
    Call<SegmentVerdict>(
        link_, leaf_, root_, timeout_,
        [token = token_, segment](NodeServer& root, Done<SegmentVerdict> reply) {
          root.node->Push(token, segment, std::move(reply));
        },
        std::move(done));
  }

 private:
  Life& leaf_;
  Link& link_;
  ProcessOf<NodeServer>& root_;
  std::string token_;
  Duration timeout_;
};

class RemoteControl final : public ControlLink {
 public:
  RemoteControl(Life& root, Link& link, ProcessOf<ControlServer>& control, Duration timeout)
      : root_(root), link_(link), control_(control), timeout_(timeout) {}

  void RoundClosed(const RoundClosure& closure, Done<BindCensus> done) override {
    Call<BindCensus>(
        link_, root_, control_, timeout_,
        [closure](ControlServer& control, Done<BindCensus> reply) {
          control.job_desk->RoundClosed(closure, std::move(reply));
        },
        std::move(done));
  }

 private:
  Life& root_;
  Link& link_;
  ProcessOf<ControlServer>& control_;
  Duration timeout_;
};

}  // namespace

std::unique_ptr<Uplink> MakeRemoteUplink(Life& leaf, Link& link, ProcessOf<NodeServer>& root, std::string token,
                                         Duration timeout) {
  return std::make_unique<RemoteUplink>(leaf, link, root, std::move(token), timeout);
}

std::unique_ptr<ControlLink> MakeRemoteControl(Life& root, Link& link, ProcessOf<ControlServer>& control,
                                               Duration timeout) {
  return std::make_unique<RemoteControl>(root, link, control, timeout);
}

}  // namespace propius
