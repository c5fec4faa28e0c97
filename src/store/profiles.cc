#include "store/profiles.h"

#include <functional>
#include <string>

#include "base/check.h"

namespace propius {

std::size_t Profiles::Hash::operator()(const Attributes& attributes) const {
  std::size_t hash = attributes.entries().size();
  const auto mix = [&hash](std::size_t value) {
    hash = (hash ^ value) * std::size_t{0x9e3779b97f4a7c15};
    hash ^= hash >> 32;
  };
  for (const Attribute& entry : attributes.entries()) {
    mix(std::hash<std::string>()(entry.name));
    mix(std::hash<double>()(entry.value));  // alike for 0.0 and -0.0, as == is
  }
  return hash;
}

Profiles::Number Profiles::Join(const Attributes& attributes) {
  if (const auto found = index_.find(attributes); found != index_.end()) {
    ++profiles_[*found].devices;
    return *found;
  }
  Number number = 0;
  if (free_.empty()) {
    number = static_cast<Number>(profiles_.size());
    profiles_.emplace_back();
  } else {
    number = free_.back();
    free_.pop_back();
  }
  profiles_[number] = {number, next_serial_++, attributes, 1};
  index_.insert(number);
  return number;
}

void Profiles::Leave(Number number) {
  Profile& profile = profiles_[number];
  CHECK(profile.devices > 0);
  if (--profile.devices > 0) return;
  index_.erase(number);
  profile.attributes = Attributes();
  free_.push_back(number);
}

std::int64_t Profiles::DevicesThatMeet(const Constraint& constraint) const {
  std::int64_t devices = 0;
  for (const Profile& profile : profiles_) {
    if (profile.devices > 0 && constraint.Admits(profile.attributes)) devices += profile.devices;
  }
  return devices;
}

void Profiles::ForEach(const std::function<void(const Profile&)>& visit) const {
  for (const Profile& profile : profiles_) {
    if (profile.devices > 0) visit(profile);
  }
}

}  // namespace propius
