// What `propius sync` shows while it runs: one line on a terminal, else a line for every finished run.
#pragma once

#include <string>

#include "base/time.h"
#include "sync_sim/study.h"

namespace propius {

class SyncScreen {
 public:
  explicit SyncScreen(bool terminal) : terminal_(terminal) {}

  void Show(const StudyProgress& progress, Duration elapsed);
  // A run on real processes, from time to time.
  void ShowReal(const std::string& scheme, double time_s, double loss);
  // The line is left behind.
  void End();

 private:
  const bool terminal_;
  bool drawn_ = false;
  Duration drawn_at_{};
};

}  // namespace propius
