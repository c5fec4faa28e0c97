// The device's side of a node: all groups that it serves.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "dataplane/group_intake.h"

namespace propius {

class Intake : public std::enable_shared_from_this<Intake> {
 public:
  explicit Intake(GroupIntake::Parts parts) : parts_(parts) {}

  // `ticket` was sealed by this cluster.
  void Upload(const Ticket& ticket, Blob update, Duration wait, Done<UploadAnswer> done);
  void Query(const Ticket& ticket, Duration wait, Done<UploadAnswer> done);

  // Takes no more updates and seals what is open.
  void Drain();
  bool Idle() const;

 private:
  using Key = std::pair<RoundKey, GroupId>;
  GroupIntake& Group(const Ticket& ticket);
  void SweepLater();

  GroupIntake::Parts parts_;
  std::uint64_t incarnation_ = 0;  // drawn at the first claim
  bool draining_ = false;
  bool sweeping_ = false;
  std::map<Key, std::shared_ptr<GroupIntake>> groups_;
};

}  // namespace propius
