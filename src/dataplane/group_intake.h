// A leaf's share in one group of one round: takes updates, seals them into segments, and tells devices what became of
// their update (guarantees 1.3 points 2 to 4 and 7).
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>

#include "dataplane/claim_loop.h"
#include "dataplane/node.h"
#include "dataplane/open_segment.h"
#include "dataplane/plan_shelf.h"
#include "dataplane/segment_pusher.h"
#include "dataplane/update_check.h"
#include "dataplane/waiting_list.h"

namespace propius {

class GroupIntake : public std::enable_shared_from_this<GroupIntake> {
 public:
  // All outlive it.
  struct Parts {
    Runtime& runtime;
    const ReducerRegistry& reducers;
    Uplink& uplink;
    PlanShelf& plans;
    const NodeOptions& options;
  };

  static std::shared_ptr<GroupIntake> Make(Parts parts, ClaimRequest request);

  // The ticket is of this round and group.
  void Upload(const Ticket& ticket, Blob update, Duration wait, Done<UploadAnswer> done);
  void Query(const Ticket& ticket, Duration wait, Done<UploadAnswer> done);

  // From now on seals at once.
  void Drain();
  // Nothing is under way that the parent could still take.
  bool Idle() const;
  bool Forgettable() const;
  // Tells all that wait to try again.
  void Abandon();

 private:
  enum class Phase { kUnclaimed, kServing, kClosed };
  // An update that waits for the claim or for the plan.
  struct Arrival {
    Ticket ticket;
    Blob update;
    Time until;  // the device waits for more than "accepted"
    Done<UploadAnswer> done;
  };

  GroupIntake(Parts parts, ClaimRequest request);
  Time Now() const { return parts_.runtime.Now(); }
  void Touch(const Ticket& ticket);

  void Enqueue(Arrival arrival);
  void Advance();
  bool ClaimWanted() const;
  void FetchManifest();
  void UseManifest(const Result<Blob>& plan);
  void Take(Arrival arrival);
  std::optional<UploadAnswer> Known(Slot slot) const;
  // True if the slot's fate is known, or its update is on its way.
  bool AnswerIfSeen(Slot slot, Time until, Done<UploadAnswer>& done);
  UploadAnswer Late(Slot slot);
  UploadAnswer Reject(Slot slot, Rejection rejection);
  void AnswerWaiting(std::uint32_t slot, const Result<UploadAnswer>& answer);

  // Before something is put into the open segment, and after.
  void Opening();
  void SealIfDue();

  void Granted(const ClaimGrant& grant);
  bool GoOnClaiming(const Error& refusal);
  void Settled(const Segment& segment, const Result<SegmentVerdict>& answer);
  void Commit(const Segment& segment);
  // The claim is lost, and with it all that is not committed.
  void Lose();
  void Close();

  Parts parts_;
  ClaimRequest request_;
  std::shared_ptr<ClaimLoop> claims_;
  std::shared_ptr<SegmentPusher> pusher_;
  Phase phase_ = Phase::kUnclaimed;
  std::optional<RoundTerms> terms_;  // since the first grant
  std::optional<Manifest> manifest_;
  bool fetching_ = false;
  Backoff fetch_retry_;

  std::list<std::shared_ptr<Arrival>> arrivals_;
  OpenSegment open_;
  Time seal_at_;
  bool draining_ = false;
  Bitmap committed_;
  Bitmap seen_;  // committed, or on the way
  std::map<std::uint32_t, Rejection> rejected_;
  // Slots of segments that the parent will never take. A delayed copy may yet be merged, until the next grant says.
  std::map<std::uint32_t, Rejection> refused_;
  std::map<std::uint32_t, WaitingList<UploadAnswer>> waiting_;

  Time expires_;  // latest of the tickets seen
  Time touched_;
};

}  // namespace propius
