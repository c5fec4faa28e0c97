// A policy in a shared library, built outside of this project: `propius serve` and `propius simulate` load it.
//
//   PROPIUS_POLICY_PLUGIN(registry) {
//     registry.Add("mine", [](const propius::PolicyOptions&) { return MakeMine(); });
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "scheduling/registry.h"

namespace propius {

// Counts up whenever a library that was built before could misread what it is given, or we it.
inline constexpr std::uint32_t kPolicyAbiVersion = 1;

namespace policy_abi {

template <typename... Types>
constexpr std::uint64_t LayoutOf() {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;  // FNV-1a, a byte at a time where a size takes one
  for (const std::size_t number : {sizeof(Types)..., alignof(Types)...}) {
    for (std::size_t rest = number; rest > 0; rest >>= 8U) hash = (hash ^ (rest & 0xffU)) * 0x100'0000'01b3;
  }
  return hash;
}

}  // namespace policy_abi

// What a library was built with; looked at before anything in it is called.
struct PolicyAbi {
  std::uint32_t version = 0;  // stays the first member for ever
  std::uint32_t strings = 0;  // of the standard library: 1 for those of C++11
  std::uint64_t layout = 0;   // of the sizes of all that goes through the seam

  friend bool operator==(const PolicyAbi&, const PolicyAbi&) = default;
};

inline constexpr PolicyAbi kPolicyAbi{
    .version = kPolicyAbiVersion,
    .strings = _GLIBCXX_USE_CXX11_ABI,
    .layout = policy_abi::LayoutOf<void*, long double, std::string, std::vector<int>, std::map<int, int>,
                                   std::function<void()>, Rng, Attributes, Constraint, AtomSet, TaskWork, KnownJob,
                                   OpenRequest, Snapshot, Supply, Experience, RoundStanding, TierProfile, FleetPart,
                                   Group, RoundCare, JobTerms, Plan, Policy, PolicyOptions, PolicyRegistry, Error,
                                   Result<std::unique_ptr<Policy>>>()};

}  // namespace propius

// What a library exports. The second has the signature of AddBuiltinPolicies().
extern "C" {
__attribute__((visibility("default"))) extern const propius::PolicyAbi propius_policy_abi;
__attribute__((visibility("default"))) void propius_add_policies(propius::PolicyRegistry& registry);
}

// Stands before the body of the function that adds the library's policies to `registry`. Once in a library.
#define PROPIUS_POLICY_PLUGIN(registry)                              \
  const propius::PolicyAbi propius_policy_abi = propius::kPolicyAbi; \
  void propius_add_policies([[maybe_unused]] propius::PolicyRegistry& registry)
