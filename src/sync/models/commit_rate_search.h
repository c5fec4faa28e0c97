// Looks for the commit rate of ADSP (section 4.2: EVALUATE and DECIDE) without stopping anybody: one probe of a check
// period after another, each judged by three losses, in steps of a factor of two while that pays.
#pragma once

#include <cstdint>

#include "base/pack.h"
#include "base/time.h"

namespace propius {

class CommitRateSearch {
 public:
  CommitRateSearch(Duration period, double goal) : half_(period / 2), goal_(goal) {}

  bool running() const { return stage_ != Stage::kIdle; }
  // The rate to use until the next sample.
  double rate() const { return rate_; }

  // Starts a search from `rate`; `highest` is what links and workers stand. The first sample is `loss`, now.
  void Begin(double rate, double highest, double loss);
  // Half a period after the last sample; `now` counts from the start of training. Does nothing if none is running.
  void Sample(Duration now, double loss);

  void Save(Packer& to) const;
  void Load(Unpacker& from);

 private:
  enum class Stage : std::uint8_t { kIdle, kFirst, kUp, kDown };
  void EndProbe(Duration now);
  void Try(Stage stage, double rate);

  Duration half_;
  double goal_;
  Stage stage_ = Stage::kIdle;
  double rate_ = 1;
  double highest_ = 1;
  double best_ = 1;
  double best_reward_ = 0;
  double first_ = 0;  // losses of this probe
  double middle_ = 0;
  double last_ = 0;
  bool half_way_ = false;
  bool climbed_ = false;
};

}  // namespace propius
