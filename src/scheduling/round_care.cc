#include "scheduling/round_care.h"

#include <algorithm>
#include <cmath>

namespace propius {
namespace {

// From the choice of a device to its start.
constexpr double kHandover = 1;
// Bindings after which a round's own pace says more than the fleet's rate.
constexpr std::uint32_t kOwnPace = 5;
// A rescue is for the last part of a round, while there is time for it but not much.
constexpr double kRescueShare = 0.6;
constexpr double kEarliestRescue = 2;
constexpr double kLatestRescue = 0.7;
constexpr double kRescueMargin = 10;
// With less time left than so many tails, a device that fails can hardly be replaced: then the round takes some more,
// by so many standard deviations of the reports to come.
constexpr double kLateTails = 1.5;
constexpr double kLateDeviations = 2;
// Stands for "never" where a rate is zero.
constexpr double kSlowestRate = 1e-9;

double Need(const RoundCare& care, const RoundStanding& round) {
  if (care.strict_need) return round.Need();
  return static_cast<double>(round.demand) - static_cast<double>(round.live + round.reported);
}

double LateMargin(const RoundCare& care, const RoundStanding& round, double left) {
  if (!care.strict_need || left >= kLateTails * Seconds(round.tail)) return 0;
  return kLateDeviations * std::sqrt(round.expected * std::max(0.0, 1 - care.success));
}

// Seconds until the need is met at this rate of devices.
double TimeToMeet(double need, const RoundCare& care, double rate) {
  return need / std::max(care.success, kSlowestRate) / std::max(rate, kSlowestRate);
}

double Pace(const RoundCare& care, const RoundStanding& round, Time now) {
  if (round.accepted < kOwnPace || now <= round.first_bound) return care.supply_rate;
  return static_cast<double>(round.accepted) / Seconds(now - round.first_bound);
}

}  // namespace

bool MayTake(const RoundCare& care, const RoundStanding& round, Time now, std::optional<Duration> task) {
  const double left = Seconds(round.deadline - now);
  const double need = Need(care, round) + LateMargin(care, round, left);
  if (need <= 0 || round.live + round.reported >= round.demand) return false;
  // A round that would run out of time takes nobody: its devices would be lost to others.
  if (round.accepted == 0 &&
      care.admission * TimeToMeet(need, care, care.available_rate) + Seconds(round.tail) > left) {
    return false;
  }
  if (!task) return true;
  const double duration = Seconds(*task);
  if (kHandover + duration > left) return false;
  return duration <= need / std::max(Pace(care, round, now), kSlowestRate) + Seconds(care.patience);
}

bool NeedsRescue(const RoundCare& care, const RoundStanding& round, Time now) {
  if (round.accepted == 0) return false;
  const double need = Need(care, round);
  const double whole = static_cast<double>(care.strict_need ? round.target : round.demand);
  if (need <= 0 || need >= kRescueShare * whole) return false;
  const double quickest = TimeToMeet(need, care, care.supply_rate);
  const double slack = Seconds(round.deadline - now) - Seconds(round.tail);
  return kLatestRescue * quickest < slack && slack < kEarliestRescue * quickest + kRescueMargin;
}

}  // namespace propius
