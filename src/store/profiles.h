// Sets of attributes that devices share, each kept once: a fleet of real phones has about a thousand of them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/constraint.h"

namespace propius {

// Devices that state the same attributes.
struct Profile {
  std::uint32_t number = 0;  // small, and used again once no device is left
  std::uint64_t serial = 0;  // never used again
  Attributes attributes;
  std::int64_t devices = 0;
};

// Counts the devices of every profile. A profile without devices is forgotten, and its number is used again.
class Profiles {
 public:
  using Number = std::uint32_t;

  Profiles() = default;
  Profiles(const Profiles&) = delete;
  Profiles& operator=(const Profiles&) = delete;

  // One more device with these attributes.
  Number Join(const Attributes& attributes);
  // One fewer.
  void Leave(Number number);
  // Whether some device has these.
  bool Knows(const Attributes& attributes) const { return index_.contains(attributes); }
  // Valid until the last device leaves.
  const Attributes& Get(Number number) const { return profiles_[number].attributes; }
  const Profile& Find(Number number) const { return profiles_[number]; }

  // Devices whose profile meets the constraint; O(profiles).
  std::int64_t DevicesThatMeet(const Constraint& constraint) const;
  // Profiles that have a device.
  std::size_t Count() const { return index_.size(); }
  // In the order of their numbers.
  void ForEach(const std::function<void(const Profile&)>& visit) const;

 private:
  // The index holds numbers and looks through them at the attributes, so that these exist once.
  struct Hash {
    using is_transparent = void;
    const Profiles* owner;
    std::size_t operator()(const Attributes& attributes) const;
    std::size_t operator()(Number number) const { return (*this)(owner->Get(number)); }
  };
  struct Same {
    using is_transparent = void;
    const Profiles* owner;
    bool operator()(Number a, Number b) const { return a == b; }
    bool operator()(const Attributes& a, Number b) const { return a == owner->Get(b); }
    bool operator()(Number a, const Attributes& b) const { return owner->Get(a) == b; }
  };

  std::deque<Profile> profiles_;
  std::vector<Number> free_;
  std::uint64_t next_serial_ = 1;
  boost::unordered_flat_set<Number, Hash, Same> index_{0, Hash{this}, Same{this}};
};

}  // namespace propius
