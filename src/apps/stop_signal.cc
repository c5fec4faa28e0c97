#include "apps/stop_signal.h"

#include <atomic>
#include <csignal>
#include <ctime>

#include <pthread.h>

namespace propius {
namespace {

std::atomic<bool> stopped{false};
pthread_t waiter;

// Some libraries begin threads before main does, which hold nothing back: a signal that comes to one of them goes on to
// the thread that waits.
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
  std::signal(SIGTERM, &PassOn);
  std::signal(SIGINT, &PassOn);
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
