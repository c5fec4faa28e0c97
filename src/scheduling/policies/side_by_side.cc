#include "scheduling/policies/side_by_side.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace propius {
namespace {

// Outlives the call in tasks that came too late; these find nothing to do and touch nothing else.
struct Pieces {
  explicit Pieces(std::size_t count_in) : count(count_in) {}

  void Help(const std::function<void(std::size_t)>& work) {
    for (std::size_t i = next++; i < count; i = next++) {
      work(i);
      const std::lock_guard lock(mutex);
      if (++done == count) all_done.notify_all();
    }
  }

  const std::size_t count;
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::condition_variable all_done;
  std::size_t done = 0;
};

}  // namespace

void SideBySide(Workers* workers, std::size_t count, const std::function<void(std::size_t)>& work) {
  const auto pieces = std::make_shared<Pieces>(count);
  if (workers != nullptr) {
    // By address: a task that finds a piece keeps the caller waiting, and the caller's function alive.
    for (std::size_t i = 1; i < count; ++i) workers->Run([pieces, &work] { pieces->Help(work); });
  }
  pieces->Help(work);
  std::unique_lock lock(pieces->mutex);
  pieces->all_done.wait(lock, [&] { return pieces->done == count; });
}

}  // namespace propius
