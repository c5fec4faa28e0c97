// What the scheduler makes of each profile of devices, worked out once: a fleet of real phones has about a thousand.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/task_work.h"
#include "scheduling/supply.h"
#include "store/profiles.h"

namespace propius {

class ProfileViews {
 public:
  struct View {
    std::uint64_t serial = 0;  // of the profile that it is of
    std::uint64_t epoch = 0;   // of the supply that the atom is of
    AtomId atom = kUncharted;
    DeviceSpeed speed;
  };

  // Holds until the next call.
  const View& Of(const Profile& profile, Supply& supply) {
    if (profile.number >= views_.size()) views_.resize(profile.number + 1);
    View& view = views_[profile.number];
    const bool is_other = view.serial != profile.serial;
    if (is_other || view.epoch != supply.epoch()) {
      view.atom = supply.Locate(profile.attributes);
      view.epoch = supply.epoch();
    }
    if (is_other) {
      view.serial = profile.serial;
      view.speed = DeviceSpeed::Of(profile.attributes);
    }
    return view;
  }

 private:
  std::vector<View> views_;  // by the profile's number
};

}  // namespace propius
