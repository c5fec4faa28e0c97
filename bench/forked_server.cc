#include "bench/forked_server.h"

#include <array>
#include <csignal>
#include <ctime>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

namespace propius {
namespace {

[[noreturn]] void Serve(const std::function<ForkedServer::Running()>& start, int port_to) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const ForkedServer::Running running = start();
  CHECK(write(port_to, &running.port, sizeof(running.port)) == sizeof(running.port));
  close(port_to);
  for (;;) pause();
}

}  // namespace

ForkedServer::ForkedServer(const std::function<Running()>& start) {
  std::array<int, 2> ends{};
  CHECK(pipe(ends.data()) == 0);
  child_ = fork();
  CHECK(child_ >= 0);
  if (child_ == 0) {
    close(ends[0]);
    Serve(start, ends[1]);
  }
  close(ends[1]);
  CHECK(read(ends[0], &port_, sizeof(port_)) == sizeof(port_));
  close(ends[0]);
}

ForkedServer::~ForkedServer() {
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

double ForkedServer::CpuMicros() const {
  clockid_t clock{};
  CHECK(clock_getcpuclockid(child_, &clock) == 0);
  timespec used{};
  CHECK(clock_gettime(clock, &used) == 0);
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

}  // namespace propius
