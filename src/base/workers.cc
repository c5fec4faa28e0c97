#include "base/workers.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"

namespace propius {
namespace {

class ThreadWorkers final : public Workers {
 public:
  explicit ThreadWorkers(int threads) {
    CHECK(threads >= 1);
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
  }

  ~ThreadWorkers() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void Run(Task work) override {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
    }
    wake_.notify_one();
  }

 private:
  void Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      Task work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

class InlineWorkers final : public Workers {
 public:
  void Run(Task work) override { work(); }
};

}  // namespace

std::unique_ptr<Workers> MakeThreadWorkers(int threads) { return std::make_unique<ThreadWorkers>(threads); }
int SpareCores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1); }
std::unique_ptr<Workers> MakeInlineWorkers() { return std::make_unique<InlineWorkers>(); }

}  // namespace propius
