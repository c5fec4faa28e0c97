#include "apps/child.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/real_runtime.h"

namespace propius {

Result<Child> Child::Start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const std::filesystem::path& log) {
  // Everything that allocates happens before the fork: after it, other threads' locks may be held for ever.
  const std::string file = program.string();
  std::vector<char*> argv{const_cast<char*>(file.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t parent = getpid();
  const pid_t pid = out < 0 || in < 0 ? -1 : fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (getppid() != parent || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0) _exit(127);
    execv(argv[0], argv.data());
    _exit(127);
  }
  const int error = errno;
  if (out >= 0) close(out);
  if (in >= 0) close(in);
  if (pid < 0) return Fail(Code::kUnavailable, file + ": expected to start it: " + std::strerror(error));
  return Child(pid);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), code_(other.code_) {}

Child::~Child() {
  if (pid_ > 0) Stop(10s);
}

std::optional<int> Child::Ended() {
  if (code_ || pid_ <= 0) return code_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) {
    code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    pid_ = -1;
  }
  return code_;
}

void Child::Kill(int signal) {
  if (!Ended() && pid_ > 0) kill(pid_, signal);
}

int Child::Stop(Duration limit) {
  Kill(SIGTERM);
  for (const Time end = RealNow() + limit; !Ended() && RealNow() < end;) SleepFor(5ms);
  Kill(SIGKILL);
  while (!Ended() && pid_ > 0) SleepFor(1ms);
  return code_.value_or(-1);
}

}  // namespace propius
