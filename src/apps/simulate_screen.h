// What a simulation shows while it runs: a bar on a terminal, else a plain line for every finished run.
#pragma once

#include "base/time.h"
#include "experiments/parallel_runs.h"

namespace propius {

class SimulateScreen {
 public:
  explicit SimulateScreen(bool terminal) : terminal_(terminal) {}

  void Say(const std::string& step);
  void Show(const RunsProgress& progress, Duration elapsed);
  // The bar's line is left behind.
  void End();

 private:
  const bool terminal_;
  bool drawn_ = false;
};

}  // namespace propius
