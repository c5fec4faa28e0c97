#include "apps/sync_screen.h"

#include <cstdio>

#include "report/number.h"
#include "report/terminal.h"
#include "report/text.h"

namespace propius {
namespace {

constexpr Duration kRedraw = 100ms;
constexpr Duration kPlainEvery = 10s;
constexpr std::size_t kBarWidth = 24;

}  // namespace

void SyncScreen::Show(const StudyProgress& progress, Duration elapsed) {
  const std::string count = std::to_string(progress.done) + "/" + std::to_string(progress.of);
  const std::string where = progress.scheme + " at " + ShowCount(static_cast<std::int64_t>(progress.virtual_s)) +
                            " s, loss " + ShowFixed(progress.loss, 3);
  if (!terminal_) {
    if (progress.finished == nullptr) return;
    const SyncRun& run = *progress.finished;
    std::fprintf(stderr, "sync: %s runs, %s%s%s: %s\n", count.c_str(), run.group.c_str(), run.group.empty() ? "" : ", ",
                 run.record.reached ? "reached the goal" : "ended", where.c_str());
    return;
  }
  if (progress.finished == nullptr && drawn_ && elapsed - drawn_at_ < kRedraw) return;
  drawn_ = true;
  drawn_at_ = elapsed;
  const double share = static_cast<double>(progress.done) / static_cast<double>(progress.of);
  std::fprintf(stderr, "\r\033[2K%s %s runs  %s", ProgressBar(share, kBarWidth).c_str(), count.c_str(),
               FitColumns(where, 60).c_str());
}

void SyncScreen::ShowReal(const std::string& scheme, double time_s, double loss) {
  const std::string line =
      "on real processes: " + scheme + " at " + ShowFixed(time_s, 1) + " s, loss " + ShowFixed(loss, 3);
  if (!terminal_) {
    const Duration at = FromSeconds(time_s);
    if (at >= drawn_at_ && at < drawn_at_ + kPlainEvery) return;  // the next scheme begins at zero again
    drawn_at_ = at;
    std::fprintf(stderr, "sync: %s\n", line.c_str());
    return;
  }
  drawn_ = true;
  std::fprintf(stderr, "\r\033[2K%s", line.c_str());
}

void SyncScreen::End() {
  if (drawn_) std::fputs("\r\033[2K", stderr);
}

}  // namespace propius
