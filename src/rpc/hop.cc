#include "rpc/hop.h"

namespace propius {
namespace {

// A place in the queue, left when the task begins, or is dropped with the runtime.
class Place {
 public:
  explicit Place(std::shared_ptr<std::atomic<int>> waiting) : waiting_(std::move(waiting)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { --*waiting_; }

 private:
  std::shared_ptr<std::atomic<int>> waiting_;
};

}  // namespace

bool Hop::Post(Task task) const {
  const bool full = ++*waiting_ > room_;
  auto place = std::make_shared<Place>(waiting_);
  if (full) return false;
  runtime_.Post([place = std::move(place), task = std::move(task)]() mutable {
    place.reset();
    task();
  });
  return true;
}

}  // namespace propius
