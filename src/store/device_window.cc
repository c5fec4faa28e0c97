#include "store/device_window.h"

#include <algorithm>
#include <deque>

#include <boost/unordered/unordered_flat_set.hpp>

namespace propius {
namespace {

using Place = std::uint32_t;
constexpr Place kNone = ~Place{0};

// 32 bytes; with its place in the index a device takes less than 64.
struct Heard {
  DeviceId device;
  Time at;
  Place before = kNone;
  Place after = kNone;
  Profiles::Number profile = 0;
};
static_assert(sizeof(Heard) <= 32);

// The index holds places and looks through them at the ids.
struct HashDevice {
  using is_transparent = void;
  const std::deque<Heard>* heard;
  std::size_t operator()(DeviceId device) const { return std::hash<DeviceId>()(device); }
  std::size_t operator()(Place place) const { return (*this)((*heard)[place].device); }
};
struct SameDevice {
  using is_transparent = void;
  const std::deque<Heard>* heard;
  bool operator()(Place a, Place b) const { return a == b; }
  bool operator()(DeviceId a, Place b) const { return a == (*heard)[b].device; }
  bool operator()(Place a, DeviceId b) const { return (*heard)[a].device == b; }
};

}  // namespace

struct DeviceWindow::State {
  std::deque<Heard> heard;
  Place free = kNone;    // a chain through `after`
  Place oldest = kNone;  // a chain in the order of last word, through `before` and `after`
  Place newest = kNone;
  boost::unordered_flat_set<Place, HashDevice, SameDevice> index{0, HashDevice{&heard}, SameDevice{&heard}};
  Profiles profiles;

  void Unchain(Place place) {
    const Heard& entry = heard[place];
    (entry.before == kNone ? oldest : heard[entry.before].after) = entry.after;
    (entry.after == kNone ? newest : heard[entry.after].before) = entry.before;
  }

  void ChainAsNewest(Place place, Time now) {
    Heard& entry = heard[place];
    // The chain stays sorted even if a caller's time were to step back.
    entry.at = newest == kNone ? now : std::max(now, heard[newest].at);
    entry.before = newest;
    entry.after = kNone;
    (newest == kNone ? oldest : heard[newest].after) = place;
    newest = place;
  }

  Place Take(DeviceId device) {
    Place place = free;
    if (place == kNone) {
      place = static_cast<Place>(heard.size());
      heard.emplace_back();
    } else {
      free = heard[place].after;
    }
    heard[place].device = device;
    index.insert(place);
    return place;
  }

  void Drop(Place place) {
    Unchain(place);
    index.erase(place);
    profiles.Leave(heard[place].profile);
    heard[place].after = free;
    free = place;
  }
};

DeviceWindow::DeviceWindow(Duration span, DeviceWindowLimits limits)
    : span_(span), limits_(limits), state_(std::make_unique<State>()) {}
DeviceWindow::~DeviceWindow() = default;

Status DeviceWindow::Admit(DeviceId device, const Attributes& attributes, Time now) {
  Age(now);
  const auto full = [](const std::string& what, std::size_t limit) {
    return Fail(Code::kResourceExhausted, what + " that the site knows, for it takes no more than " +
                                              std::to_string(limit) + " at a time; check in later");
  };
  if (state_->index.size() >= limits_.devices && !state_->index.contains(device)) {
    return full("device_id: expected a device", limits_.devices);
  }
  if (state_->profiles.Count() >= limits_.profiles && !state_->profiles.Knows(attributes)) {
    return full("public_attributes: expected attributes of a device", limits_.profiles);
  }
  return {};
}

const Profile& DeviceWindow::CheckIn(DeviceId device, const Attributes& attributes, Time now) {
  Age(now);
  const auto found = state_->index.find(device);
  if (found == state_->index.end()) {
    const Place place = state_->Take(device);
    state_->heard[place].profile = state_->profiles.Join(attributes);
    state_->ChainAsNewest(place, now);
    return state_->profiles.Find(state_->heard[place].profile);
  }
  const Place place = *found;
  Heard& entry = state_->heard[place];
  if (state_->profiles.Get(entry.profile) != attributes) {
    // Joins before it leaves: `attributes` may be what Find() gave.
    const Profiles::Number profile = state_->profiles.Join(attributes);
    state_->profiles.Leave(entry.profile);
    entry.profile = profile;
  }
  state_->Unchain(place);
  state_->ChainAsNewest(place, now);
  return state_->profiles.Find(entry.profile);
}

const Profile* DeviceWindow::Touch(DeviceId device, Time now) {
  Age(now);
  const auto found = state_->index.find(device);
  if (found == state_->index.end()) return nullptr;
  const Place place = *found;
  state_->Unchain(place);
  state_->ChainAsNewest(place, now);
  return &state_->profiles.Find(state_->heard[place].profile);
}

const Attributes* DeviceWindow::Find(DeviceId device, Time now) const {
  const Profile* profile = FindProfile(device, now);
  return profile == nullptr ? nullptr : &profile->attributes;
}

const Profile* DeviceWindow::FindProfile(DeviceId device, Time now) const {
  const auto found = state_->index.find(device);
  if (found == state_->index.end()) return nullptr;
  const Heard& entry = state_->heard[*found];
  return now - entry.at >= span_ ? nullptr : &state_->profiles.Find(entry.profile);
}

void DeviceWindow::Age(Time now) {
  while (state_->oldest != kNone && now - state_->heard[state_->oldest].at >= span_) state_->Drop(state_->oldest);
}

std::int64_t DeviceWindow::Size() const { return static_cast<std::int64_t>(state_->index.size()); }

std::int64_t DeviceWindow::SubsetSize(const Constraint& constraint) const {
  return state_->profiles.DevicesThatMeet(constraint);
}

void DeviceWindow::ForEachProfile(const std::function<void(const Profile&)>& visit) const {
  state_->profiles.ForEach(visit);
}

}  // namespace propius
