#include "apps/simulate_screen.h"

#include <chrono>
#include <cstdio>

#include "report/terminal.h"

namespace propius {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr double kLeastShare = 0.02;  // before, how long it will take cannot be told

}  // namespace

void SimulateScreen::Say(const std::string& step) { std::fprintf(stderr, "simulate: %s\n", step.c_str()); }

void SimulateScreen::Show(const RunsProgress& progress, Duration elapsed) {
  const std::string done = std::to_string(progress.done) + " of " + std::to_string(progress.runs);
  if (!terminal_) {
    if (progress.finished != nullptr) Say(done + ": " + ShowFinished(*progress.finished));
    return;
  }
  std::string line = "\r\033[2K" + ProgressBar(progress.share, kBarWidth) + "  " + done + " runs  " +
                     ShowDuration(std::chrono::floor<std::chrono::seconds>(elapsed));
  if (progress.share >= kLeastShare && progress.done < progress.runs) {
    const Duration left = FromSeconds(Seconds(elapsed) * (1 / progress.share - 1));
    line += ", about " + ShowDuration(std::chrono::floor<std::chrono::seconds>(left)) + " left";
  }
  std::fputs(line.c_str(), stderr);
  drawn_ = true;
}

void SimulateScreen::End() {
  if (drawn_) std::fputs("\n", stderr);
  drawn_ = false;
}

}  // namespace propius
