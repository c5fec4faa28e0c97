// The only file that reads a clock, sleeps, asks the system for chance or reads the environment.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/runtime.h"

namespace propius {

// One thread and a timer map. Time starts at the wall clock and then follows the monotonic clock, so that a step of the
// system's clock never reaches a lease.
class RealRuntime final : public Runtime {
 public:
  explicit RealRuntime(std::string name);
  // Runs no further task, waits for the one that runs.
  ~RealRuntime() override;

  Time Now() const override;
  void At(Time when, Task task) override;
  Rng& Chance() override;

  // As the destructor; later At() calls are dropped. Not from a task of this runtime.
  void Stop();

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

// For code that blocks on purpose: the client library and the command line.
Time RealNow();
void SleepFor(Duration duration);
// What the calling thread has computed so far, in seconds of a core.
double ThreadCpuSeconds();
std::uint64_t SeedFromSystem();
// 32 bytes from the system's source of secrets.
std::string SecretFromSystem();
// The variables whose names begin so.
std::map<std::string, std::string> EnvironmentFrom(const std::string& prefix);

}  // namespace propius
