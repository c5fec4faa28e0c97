// What a node needs of its parent in the tree. Implemented over HTTP, by the parent itself in one process, and in sim.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bitmap.h"
#include "base/result.h"
#include "domain/round.h"
#include "domain/safetensors.h"

namespace propius {

struct ClaimRequest {
  std::string node;               // stable name of the leaf
  std::uint64_t incarnation = 0;  // new at every start of it
  RoundKey round;
  GroupId group;
};

struct ClaimGrant {
  std::uint64_t generation = 0;
  Bitmap committed;  // slots of the group that the root already has
  RoundTerms terms;
};

// A sealed partial of one group (guarantees 1.3 point 4).
struct Segment {
  std::string node;
  RoundKey round;
  GroupId group;
  std::uint64_t generation = 0;
  std::uint64_t number = 0;                       // from 1, dense within a generation
  Bitmap slots;                                   // contributors in `partial`
  Blob partial;                                   // Reducer::Serialize(); null if there are none
  std::map<std::uint32_t, std::string> rejected;  // slot -> reason
  Bitmap late;                                    // slots that came too late
};

enum class SegmentVerdict {
  kCommitted,  // durable at the root, now or before
  kClosed,     // the round is over; its contributions are late
  kFenced,     // another leaf, or a later life of this one, owns the group
  kGap,        // not last + 1: send the missing ones first
};

class Uplink {
 public:
  virtual ~Uplink() = default;
  virtual void FetchPlan(const Digest& digest, Done<Blob> done) = 0;
  // kNotFound: unknown round. kFailedPrecondition: closed. kUnavailable: the owner is alive, or no connection.
  virtual void Claim(const ClaimRequest& request, Done<ClaimGrant> done) = 0;
  virtual void Push(const Segment& segment, Done<SegmentVerdict> done) = 0;
};

}  // namespace propius
