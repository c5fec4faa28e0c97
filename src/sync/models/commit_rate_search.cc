#include "sync/models/commit_rate_search.h"

#include <algorithm>
#include <cmath>

#include "sync/loss_fit.h"

namespace propius {
namespace {

constexpr double kFactor = 2;

}  // namespace

void CommitRateSearch::Begin(double rate, double highest, double loss) {
  highest_ = std::max(1.0, highest);
  best_ = std::clamp(rate, 1.0, highest_);
  first_ = loss;
  half_way_ = false;
  climbed_ = false;
  Try(Stage::kFirst, best_);
}

void CommitRateSearch::Try(Stage stage, double rate) {
  stage_ = stage;
  rate_ = rate;
}

void CommitRateSearch::Sample(Duration now, double loss) {
  if (!running()) return;
  if (!half_way_) {
    middle_ = loss;
    half_way_ = true;
    return;
  }
  last_ = loss;
  EndProbe(now);
  // The end of one probe is the start of the next.
  first_ = last_;
  half_way_ = false;
}

void CommitRateSearch::EndProbe(Duration now) {
  const double reward = ProbeReward(Seconds(now - 2 * half_), Seconds(half_), first_, middle_, last_, goal_);
  const bool better = stage_ == Stage::kFirst || reward > best_reward_;
  if (better) {
    best_ = rate_;
    best_reward_ = reward;
  }
  if (stage_ == Stage::kUp && better) climbed_ = true;
  const bool may_climb = better && stage_ != Stage::kDown && best_ < highest_;
  // Down only if the way up did not pay at all, or while the way down does.
  const bool may_descend = best_ > 1 && !climbed_ && (stage_ != Stage::kDown || better);
  if (may_climb) {
    Try(Stage::kUp, std::min(best_ * kFactor, highest_));
  } else if (may_descend) {
    Try(Stage::kDown, std::max(1.0, std::floor(best_ / kFactor)));
  } else {
    Try(Stage::kIdle, best_);
  }
}

void CommitRateSearch::Save(Packer& to) const {
  to.U8(static_cast<std::uint8_t>(stage_)).F64(rate_).F64(highest_).F64(best_).F64(best_reward_);
  to.F64(first_).F64(middle_).F64(last_).U8(half_way_).U8(climbed_);
}

void CommitRateSearch::Load(Unpacker& from) {
  stage_ = static_cast<Stage>(std::min<std::uint8_t>(from.U8(), 3));
  rate_ = from.F64();
  highest_ = from.F64();
  best_ = from.F64();
  best_reward_ = from.F64();
  first_ = from.F64();
  middle_ = from.F64();
  last_ = from.F64();
  half_way_ = from.U8() != 0;
  climbed_ = from.U8() != 0;
}

}  // namespace propius
