// The demo's live view: on a terminal, lines that are drawn over; else a plain line for every finished round.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "apps/training_job.h"

namespace propius {

class DemoScreen {
 public:
  struct JobLine {
    std::string name;
    std::string tenant;
    std::uint32_t rounds = 0;
    std::uint32_t commits = 0;  // of an asynchronous job; 0: it has rounds
  };
  DemoScreen(std::vector<JobLine> jobs, bool terminal);

  // A step of the start or the end, shown at once.
  void Say(const std::string& step);
  // From any thread.
  void OnProgress(std::size_t job, const sdk::RoundProgress& progress);
  void OnRound(std::size_t job, const JobRound& round);
  void OnLook(std::size_t job, const JobLook& look);
  void OnDone(std::size_t job, double test_accuracy);

  // Draws what changed; `elapsed` since the start.
  void Draw(Duration elapsed);

 private:
  struct Line {
    JobLine job;
    std::uint32_t round = 1;  // under way
    sdk::RoundProgress progress;
    std::uint64_t commits = 0;
    double accuracy = -1;  // below 0: none yet
    std::string waiting_for = "registration";
    bool done = false;
  };
  static std::string Show(const Line& line);

  std::mutex mutex_;
  std::vector<Line> lines_;
  const bool terminal_;
  bool drawn_ = false;
};

}  // namespace propius
