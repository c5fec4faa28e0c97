#include "apps/stop_signal.h"

#include <atomic>
#include <csignal>
#include <ctime>

#include <pthread.h>

namespace propius {
namespace {

std::atomic<bool> stopped{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");
pthread_t waiter;

// Threads that libraries have started before main() do not block the signals: one that comes there must not end the
// process, and the thread that waits must wake.
void PassOn(int signal) {
  stopped = true;
  pthread_kill(waiter, signal);
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void HoldStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter = pthread_self();
  for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, &PassOn);
  std::signal(SIGPIPE, SIG_IGN);
}

bool WaitForStop(Duration limit) {
  if (stopped) return true;
  const sigset_t signals = StopSignals();
  const timespec wait{.tv_sec = limit.count() / 1'000'000, .tv_nsec = limit.count() % 1'000'000 * 1'000};
  if (sigtimedwait(&signals, nullptr, &wait) > 0) stopped = true;
  return stopped;
}

}  // namespace propius
