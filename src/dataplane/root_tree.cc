// The children's side of the root: claims and segments (guarantees 1.3 points 2 and 5).
#include <utility>

#include "base/event.h"
#include "dataplane/answer.h"
#include "dataplane/root.h"

namespace propius {
namespace {

// Groups are the leaves of a site; a token of a node must not make the root's memory grow without end.
constexpr std::uint32_t kMaxGroups = 65'536;

}  // namespace

std::optional<Error> Root::RefuseClaim(const ClaimRequest& request, const HeldRound& held) const {
  const auto refuse = [&](Code code, const std::string& what) {
    return Error{code, Show(request.round) + " group " + std::to_string(request.group.value) + ": " + what};
  };
  if (request.group.value >= kMaxGroups) {
    return refuse(Code::kInvalidArgument, "expected a group below " + std::to_string(kMaxGroups));
  }
  if (held.tally.parameters() != nullptr) {
    return refuse(Code::kFailedPrecondition,
                  "expected a job with rounds, but it is asynchronous: commits go to the root");
  }
  if (!held.tally.open()) return refuse(Code::kFailedPrecondition, "expected an open round, but it is over");
  const auto& groups = held.tally.record().groups;
  const auto group = groups.find(request.group);
  const auto heard = held.heard.find(request.group);
  if (group == groups.end() || group->second.owner == request.node || heard == held.heard.end()) return std::nullopt;
  const Duration silence = parts_.runtime.Now() - heard->second;
  if (silence >= options_.owner_lease) return std::nullopt;
  return refuse(Code::kUnavailable, "expected a group without a living owner, but " + group->second.owner +
                                        " was heard " + FormatDuration(silence) + " ago");
}

void Root::Claim(const ClaimRequest& request, Done<ClaimGrant> done) {
  const Result<HeldRound*> found = Find(request.round);
  if (!found) {
    Error error = found.error();
    if (error.code == Code::kOutOfRange) error.code = Code::kFailedPrecondition;
    return Answer(parts_.runtime, std::move(done), tl::unexpected(std::move(error)));
  }
  HeldRound& held = **found;
  if (std::optional<Error> refusal = RefuseClaim(request, held)) {
    return AnswerWhenDurable(request.round, std::move(done), tl::unexpected(std::move(*refusal)));
  }
  ClaimGrant grant = held.tally.Claim(request);
  held.heard[request.group] = parts_.runtime.Now();
  Event(Severity::kInfo, "group_claimed",
        {{"round", Show(request.round)},
         {"group", request.group.value},
         {"node", request.node},
         {"generation", grant.generation}});
  Changed(held, Duration::zero());
  AnswerWhenDurable(request.round, std::move(done), std::move(grant));
}

void Root::Push(const Segment& segment, Done<SegmentVerdict> done) {
  const Result<HeldRound*> found = Find(segment.round);
  if (!found && found.error().code == Code::kOutOfRange) {
    return Answer(parts_.runtime, std::move(done), SegmentVerdict::kClosed);
  }
  if (!found) return Answer(parts_.runtime, std::move(done), tl::unexpected(found.error()));
  HeldRound& held = **found;
  const Result<RoundTally::Taken> taken = held.tally.Take(segment);
  if (!taken) {
    const bool twice = taken.error().code == Code::kAlreadyExists;
    Event(twice ? Severity::kError : Severity::kWarning, twice ? "slot_pushed_twice" : "segment_refused",
          {{"node", segment.node}, {"error", taken.error().message}});
    return Answer(parts_.runtime, std::move(done), Fail(Code::kInvalidArgument, taken.error().message));
  }
  const auto group = held.tally.record().groups.find(segment.group);
  if (group != held.tally.record().groups.end() && group->second.owner == segment.node &&
      group->second.generation == segment.generation) {
    held.heard[segment.group] = parts_.runtime.Now();
  }
  if (taken->changed) {
    Changed(held, options_.persist_after);
    CloseIfComplete(held);
  }
  AnswerWhenDurable(segment.round, std::move(done),
                    taken.map([](const RoundTally::Taken& what) { return what.verdict; }));
}

}  // namespace propius
