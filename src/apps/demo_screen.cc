#include "apps/demo_screen.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "report/terminal.h"

namespace propius {
namespace {

constexpr std::size_t kBarWidth = 16;

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string Of(std::uint64_t part, std::uint64_t whole) { return std::to_string(part) + "/" + std::to_string(whole); }

}  // namespace

DemoScreen::DemoScreen(std::vector<JobLine> jobs, bool terminal) : terminal_(terminal) {
  for (JobLine& job : jobs) {
    Line line;
    line.job = std::move(job);
    lines_.push_back(std::move(line));
  }
}

void DemoScreen::Say(const std::string& step) {
  const std::lock_guard lock(mutex_);
  drawn_ = false;  // what follows is drawn below
  std::fprintf(stderr, "demo: %s\n", step.c_str());
}

void DemoScreen::OnProgress(std::size_t job, const sdk::RoundProgress& progress) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_[job];
  line.round = progress.round;
  line.progress = progress;
  const bool asks = line.job.commits > 0
                        ? progress.allocated < progress.demand
                        : progress.allocated + progress.counted < progress.slots && progress.counted < progress.target;
  line.waiting_for = asks ? "waiting for devices" : "devices are training";
}

void DemoScreen::OnLook(std::size_t job, const JobLook& look) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_[job];
  line.accuracy = look.accuracy;
  const std::uint64_t before = std::exchange(line.commits, look.commits);
  // On paper, a tenth at a time.
  if (terminal_ || before * 10 / line.job.commits == look.commits * 10 / line.job.commits) return;
  std::fprintf(stderr, "demo: %s commits %s: %u devices at work, accuracy %s\n", line.job.name.c_str(),
               Of(look.commits, line.job.commits).c_str(), look.workers, ShowPercent(look.accuracy).c_str());
}

void DemoScreen::OnRound(std::size_t job, const JobRound& round) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_[job];
  line.accuracy = round.accuracy;
  line.round = std::min(round.round + 1, line.job.rounds);
  line.progress.allocated = line.progress.counted = 0;
  line.waiting_for = "publishing the model";
  if (line.job.commits > 0) line.commits = round.count;
  if (terminal_) return;
  std::fprintf(stderr, "demo: %s round %s %s: %u contributions, accuracy %s (waited %s, collected %s)\n",
               line.job.name.c_str(), Of(round.round, line.job.rounds).c_str(), round.outcome.c_str(), round.count,
               ShowPercent(round.accuracy).c_str(), ShowDuration(round.scheduling).c_str(),
               ShowDuration(round.collection).c_str());
}

void DemoScreen::OnDone(std::size_t job, double test_accuracy) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_[job];
  line.done = true;
  line.accuracy = test_accuracy;
  line.waiting_for = "done";
}

std::string DemoScreen::Show(const Line& line) {
  const bool asynchronous = line.job.commits > 0;
  const double share =
      asynchronous
          ? static_cast<double>(line.commits) / line.job.commits
          : (line.round - 1 + static_cast<double>(line.progress.counted) / std::max(1U, line.progress.target)) /
                std::max(1U, line.job.rounds);
  std::string text =
      "  " + Padded(line.job.name, 12) + Padded(line.job.tenant, 10) + ProgressBar(line.done ? 1.0 : share, kBarWidth);
  if (asynchronous) {
    text += "  at work " + Padded(Of(line.progress.allocated, line.progress.demand), 20);
    text += "commits " + Padded(Of(line.commits, line.job.commits), 8);
  } else {
    text += "  round " + Padded(Of(line.round, line.job.rounds), 6);
    text += "allocated " + Padded(Of(line.progress.allocated, line.progress.slots), 6);
    text += "reported " + Padded(Of(line.progress.counted, line.progress.target), 7);
  }
  text += "accuracy " + Padded(line.accuracy < 0 ? "-" : ShowPercent(line.accuracy), 8) + line.waiting_for;
  return text;
}

void DemoScreen::Draw(Duration elapsed) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  std::string frame;
  // Up to the first line again, each line to its end wiped.
  if (drawn_) frame += "\033[" + std::to_string(lines_.size() + 1) + "A";
  for (const Line& line : lines_) frame += "\033[2K" + Show(line) + "\n";
  frame += "\033[2K  " + ShowDuration(std::chrono::floor<std::chrono::seconds>(elapsed)) + "\n";
  drawn_ = true;
  std::fputs(frame.c_str(), stderr);
}

}  // namespace propius
