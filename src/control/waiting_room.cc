#include "control/waiting_room.h"

#include <algorithm>
#include <utility>

namespace propius {
namespace {

// A batch matches those who ask again before the batch after the next: a place is not kept for long.
constexpr std::int64_t kTurnsAhead = 2;
// A device may be late by this, and keeps its offers this long once it has heard them.
constexpr Duration kGrace = 3s;
// Asked so often with the same offers in hand, it does not want them.
constexpr int kMostTellings = 2;
// What a device declined is not offered to it again for so many intervals: an answer may also have been lost.
constexpr int kRefusalTurns = 10;

}  // namespace

WaitingRoom::WaitingRoom(Runtime& runtime, const JobBook& book, Dispatcher& dispatcher, const DeviceWindow& window,
                         BatchOptions options)
    : runtime_(runtime), book_(book), dispatcher_(dispatcher), window_(window), options_(options) {}

WaitingRoom::Turn WaitingRoom::TurnOf(Time time) const { return time.time_since_epoch() / options_.interval; }

std::vector<RoundKey> WaitingRoom::Ask(DeviceId device) {
  const Time now = runtime_.Now();
  auto kept = promises_.find(device);
  if (kept == promises_.end()) {
    // Waits from now on, also if it had been given up; when it asks again is told by ComeBackIn().
    if (!due_.contains(device)) Wait(device, now + options_.interval);
    if (fresh_ >= options_.size) RunBatch();
    kept = promises_.find(device);
    if (kept == promises_.end()) return {};
  }

  std::vector<RoundKey> offers;
  for (const RoundKey& key : kept->second.rounds) {
    const Round* round = book_.FindRound(key);
    if (round != nullptr && round->open()) offers.push_back(key);
  }
  const bool declined = kept->second.told >= kMostTellings;
  if (offers.empty() || declined) {
    if (declined) refusals_[device] = {offers, now + kRefusalTurns * options_.interval};
    Release(device);
    Wait(device, now + options_.interval);
    return {};
  }
  kept->second.told += 1;
  if (now + kGrace > kept->second.until) {
    kept->second.until = now + kGrace;
    expiries_.emplace(kept->second.until, device);
  }
  return offers;
}

Duration WaitingRoom::ComeBackIn(DeviceId device, Duration retry) {
  const Time now = runtime_.Now();
  const auto waits = due_.find(device);
  if (waits == due_.end()) return retry;
  // Those that a batch serves do not all ask at the instant after it.
  const Time next_batch((TurnOf(now) + 1) * options_.interval);
  const Duration spread = FromSeconds(Seconds(options_.interval) * runtime_.Chance().Uniform(0.05, 0.5));
  const Duration due = std::max(retry, next_batch - now + spread);
  Wait(device, now + due);
  return due;
}

void WaitingRoom::Wait(DeviceId device, Time due) {
  const Turn turn = TurnOf(due);
  const auto [waits, is_new] = due_.try_emplace(device, turn);
  if (is_new) ++fresh_;
  if (!is_new && waits->second == turn) return;
  waits->second = turn;
  turns_[turn].push_back(device);
}

void WaitingRoom::Took(DeviceId device) {
  due_.erase(device);
  Release(device);
}

void WaitingRoom::Release(DeviceId device) {
  const auto kept = promises_.find(device);
  if (kept == promises_.end()) return;
  for (const RoundKey& key : kept->second.rounds) {
    const auto places = promised_.find(key);
    if (--places->second == 0) promised_.erase(places);
  }
  promises_.erase(kept);
}

void WaitingRoom::Expire(Time now) {
  while (!expiries_.empty() && expiries_.top().first <= now) {
    const DeviceId device = expiries_.top().second;
    expiries_.pop();
    const auto kept = promises_.find(device);
    if (kept != promises_.end() && kept->second.until <= now) Release(device);
  }
  erase_if(refusals_, [now](const auto& each) { return each.second.until <= now; });
}

void WaitingRoom::RunBatch() {
  const Time now = runtime_.Now();
  Expire(now);
  fresh_ = 0;
  const Turn current = TurnOf(now);
  // Who did not come when it said it would is gone.
  while (!turns_.empty() && turns_.begin()->first < current - kTurnsAhead - kGrace / options_.interval) {
    for (const DeviceId device : turns_.begin()->second) {
      const auto waits = due_.find(device);
      if (waits != due_.end() && waits->second == turns_.begin()->first) due_.erase(waits);
    }
    turns_.erase(turns_.begin());
  }
  std::int64_t places = due_.empty() ? 0 : FreePlaces();
  if (places == 0) return;
  ++figures_.batches;
  const std::uint64_t looked_at = figures_.looked_at;
  const std::uint64_t matched = figures_.matched;
  for (auto turn = turns_.begin(); turn != turns_.end() && turn->first <= current + kTurnsAhead; ++turn) {
    std::erase_if(turn->second, [&](DeviceId device) {
      const auto waits = due_.find(device);
      if (waits == due_.end() || waits->second != turn->first) return true;
      if (places <= 0) return false;
      places -= Look(device, now);
      return !due_.contains(device);
    });
  }
  figures_.latest_looked_at = figures_.looked_at - looked_at;
  figures_.latest_matched = figures_.matched - matched;
}

std::int64_t WaitingRoom::FreePlaces() {
  std::int64_t places = 0;
  for (const Dispatcher::Place& place : dispatcher_.places()) {
    const auto promised = promised_.find(place.key);
    const std::int64_t taken = promised == promised_.end() ? 0 : promised->second;
    places += std::max<std::int64_t>(dispatcher_.PlacesLeft(place) - taken, 0);
  }
  return places;
}

std::int64_t WaitingRoom::Look(DeviceId device, Time now) {
  const Profile* profile = window_.FindProfile(device, now);
  if (profile == nullptr) {
    due_.erase(device);
    return 0;
  }
  ++figures_.looked_at;
  std::vector<RoundKey> rounds = Choose(device, *profile);
  if (rounds.empty()) return 0;
  const auto places = static_cast<std::int64_t>(rounds.size());
  ++figures_.matched;
  const Time due((due_.find(device)->second + 1) * options_.interval);
  due_.erase(device);
  KeepFor(device, std::move(rounds), std::max(due, now) + kGrace);
  return places;
}

std::vector<RoundKey> WaitingRoom::Choose(DeviceId device, const Profile& profile) {
  std::vector<RoundKey> rounds;
  const bool is_known = book_.HadAnySlot(device);
  const auto refused = refusals_.find(device);
  dispatcher_.Match(device, profile, [&](const Dispatcher::Place& place) {
    const auto promised = promised_.find(place.key);
    if (promised != promised_.end() && promised->second >= dispatcher_.PlacesLeft(place)) return false;
    if (is_known && book_.HadSlot(place.key, device)) return false;
    if (refused != refusals_.end() && std::ranges::count(refused->second.rounds, place.key) > 0) return false;
    rounds.push_back(place.key);
    // Only the device can say whether it meets private constraints: it gets another offer then.
    return place.job->spec.private_needs.bounds().empty() || rounds.size() >= options_.max_offers;
  });
  return rounds;
}

void WaitingRoom::KeepFor(DeviceId device, std::vector<RoundKey> rounds, Time until) {
  for (const RoundKey& key : rounds) promised_[key] += 1;
  promises_[device] = {std::move(rounds), until, 0};
  expiries_.emplace(until, device);
}

WaitingRoom::Figures WaitingRoom::figures() const {
  Figures figures = figures_;
  figures.waiting = due_.size();
  figures.promised = promises_.size();
  return figures;
}

}  // namespace propius
