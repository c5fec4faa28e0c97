// A child process: started with its output in a file, ended by its own pid, never left behind.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "base/time.h"

namespace propius {

class Child {
 public:
  // Runs the program with these arguments; both outputs are appended to `log`. It gets SIGTERM when the thread that
  // started it ends, however that happens.
  static Result<Child> Start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                             const std::filesystem::path& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  // Stops it.
  ~Child();

  // Its exit code once it has ended (128 + signal if by one).
  std::optional<int> Ended();
  // SIGTERM, and SIGKILL after the limit; answers the exit code.
  int Stop(Duration limit);
  void Kill(int signal);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<int> code_;
};

}  // namespace propius
