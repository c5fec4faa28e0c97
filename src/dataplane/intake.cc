#include "dataplane/intake.h"

#include <algorithm>

#include "dataplane/answer.h"

namespace propius {
namespace {

constexpr Duration kSweepEvery = 10s;

}  // namespace

GroupIntake& Intake::Group(const Ticket& ticket) {
  std::shared_ptr<GroupIntake>& group = groups_[{ticket.round, ticket.group}];
  if (!group) {
    if (incarnation_ == 0) incarnation_ = parts_.runtime.Chance()() | 1;
    group = GroupIntake::Make(parts_, {parts_.options.name, incarnation_, ticket.round, ticket.group});
    SweepLater();
  }
  return *group;
}

void Intake::Upload(const Ticket& ticket, Blob update, Duration wait, Done<UploadAnswer> done) {
  if (draining_) {
    return Answer(parts_.runtime, std::move(done),
                  Fail(Code::kUnavailable, parts_.options.name + " is shutting down; try again"));
  }
  Group(ticket).Upload(ticket, std::move(update), wait, std::move(done));
}

void Intake::Query(const Ticket& ticket, Duration wait, Done<UploadAnswer> done) {
  const auto found = groups_.find({ticket.round, ticket.group});
  if (found != groups_.end()) return found->second->Query(ticket, wait, std::move(done));
  Answer(parts_.runtime, std::move(done),
         Fail(Code::kNotFound, Show(ticket.round) + " slot " + std::to_string(ticket.slot.value) +
                                   ": expected an update that was sent before, got none; send it again"));
}

void Intake::Drain() {
  draining_ = true;
  for (const auto& [key, group] : groups_) group->Drain();
}

bool Intake::Idle() const {
  return std::ranges::all_of(groups_, [](const auto& entry) { return entry.second->Idle(); });
}

void Intake::SweepLater() {
  if (sweeping_ || groups_.empty()) return;
  sweeping_ = true;
  parts_.runtime.After(kSweepEvery, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    std::erase_if(self->groups_, [](const auto& entry) {
      if (!entry.second->Forgettable()) return false;
      entry.second->Abandon();
      return true;
    });
    self->sweeping_ = false;
    self->SweepLater();
  });
}

}  // namespace propius
