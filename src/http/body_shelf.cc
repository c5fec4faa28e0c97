#include "http/body_shelf.h"

#include <algorithm>
#include <utility>

namespace propius {
namespace {

// Smaller ones are as cheap from the allocator.
constexpr std::size_t kSmallest = 128 << 10;

}  // namespace

std::string BodyShelf::Take(std::size_t length) {
  std::string body;
  if (length < kSmallest) return body;
  {
    const std::lock_guard lock(mutex_);
    // Not a much larger one: what it has beyond `length` would be held without being counted.
    const auto fits = [length](const std::string& kept) {
      return kept.capacity() >= length && kept.capacity() / 2 <= length;
    };
    const auto found = std::find_if(bodies_.rbegin(), bodies_.rend(), fits);
    if (found == bodies_.rend()) return body;
    body = std::move(*found);
    bodies_.erase(std::next(found).base());
    kept_ -= body.capacity();
  }
  body.resize(length);
  return body;
}

void BodyShelf::Put(std::string body) {
  if (body.capacity() < kSmallest) return;
  const std::lock_guard lock(mutex_);
  if (kept_ + body.capacity() > limit_) return;
  kept_ += body.capacity();
  bodies_.push_back(std::move(body));
}

}  // namespace propius
