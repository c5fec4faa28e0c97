// Names of things, each its own type so that they do not mix.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace propius {

template <typename Tag, typename Number = std::uint64_t>
struct Id {
  Number value = 0;

  friend auto operator<=>(const Id&, const Id&) = default;
};

// Given by the job manager, from 1, never used twice.
using JobId = Id<struct JobTag>;
// Drawn by the device at random and kept by it; never 0.
using DeviceId = Id<struct DeviceTag>;
// From 1 within a job; 0 means "none yet".
using RoundNumber = Id<struct RoundTag, std::uint32_t>;
// Dense from 0 within a round, issued once and never again: a bind is a slot (guarantees 1.1).
using Slot = Id<struct SlotTag, std::uint32_t>;
// The slots of a round that travel through one leaf.
using GroupId = Id<struct GroupTag, std::uint32_t>;

// From the caller's credential, never from a request.
using TenantId = std::string;

struct RoundKey {
  JobId job;
  RoundNumber round;

  friend auto operator<=>(const RoundKey&, const RoundKey&) = default;
};

// "job 3", "job 3 round 7": for messages and events.
inline std::string Show(JobId job) { return "job " + std::to_string(job.value); }
inline std::string Show(const RoundKey& key) { return Show(key.job) + " round " + std::to_string(key.round.value); }

}  // namespace propius

template <typename Tag, typename Number>
struct std::hash<propius::Id<Tag, Number>> {
  // splitmix64's finaliser: ids may be dense, and device ids come from outside.
  std::size_t operator()(const propius::Id<Tag, Number>& id) const noexcept {
    std::uint64_t z = static_cast<std::uint64_t>(id.value) + 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>(z ^ (z >> 31));
  }
};
