#include "base/real_runtime.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <openssl/rand.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

namespace propius {
namespace {

using Steady = std::chrono::steady_clock;

// Read once, so that every runtime of a process tells the same time.
const std::pair<std::int64_t, Steady::time_point>& Origin() {
  static const std::pair<std::int64_t, Steady::time_point> origin{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count(), Steady::now()};
  return origin;
}

// A longer one would overflow where the library counts it in nanoseconds.
constexpr Duration kLongestWait = 1h;

}  // namespace

struct RealRuntime::Loop {
  std::mutex mutex;
  std::condition_variable wake;
  std::multimap<Time, Task> timers;
  bool stopping = false;
  Rng chance{SeedFromSystem()};
  std::thread thread;

  void Run() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      if (timers.empty()) {
        wake.wait(lock);
        continue;
      }
      const Time next = timers.begin()->first;
      const Time now = RealNow();
      if (next > now) {
        wake.wait_for(lock, std::min<Duration>(next - now, kLongestWait));
        continue;
      }
      Task task = std::move(timers.begin()->second);
      timers.erase(timers.begin());
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
    }
  }
};

RealRuntime::RealRuntime(std::string name) : loop_(std::make_unique<Loop>()) {
  loop_->thread = std::thread([loop = loop_.get()] { loop->Run(); });
  pthread_setname_np(loop_->thread.native_handle(), name.substr(0, 15).c_str());
}

RealRuntime::~RealRuntime() { Stop(); }

Time RealRuntime::Now() const { return RealNow(); }

void RealRuntime::At(Time when, Task task) {
  {
    const std::lock_guard lock(loop_->mutex);
    if (loop_->stopping) return;
    loop_->timers.emplace(when, std::move(task));
  }
  loop_->wake.notify_one();
}

Rng& RealRuntime::Chance() { return loop_->chance; }

void RealRuntime::Stop() {
  {
    const std::lock_guard lock(loop_->mutex);
    loop_->stopping = true;
  }
  loop_->wake.notify_one();
  if (loop_->thread.joinable()) loop_->thread.join();
  loop_->timers.clear();
}

Time RealNow() {
  const auto& [wall, steady] = Origin();
  return FromMicros(wall) + std::chrono::duration_cast<Duration>(Steady::now() - steady);
}

void SleepFor(Duration duration) { std::this_thread::sleep_for(duration); }

double ThreadCpuSeconds() {
  timespec used{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::uint64_t SeedFromSystem() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

std::string SecretFromSystem() {
  std::string secret(32, '\0');
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size())) == 1);
  return secret;
}

std::map<std::string, std::string> EnvironmentFrom(const std::string& prefix) {
  std::map<std::string, std::string> found;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::size_t equals = text.find('=');
    if (text.starts_with(prefix) && equals != std::string_view::npos) {
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return found;
}

}  // namespace propius
