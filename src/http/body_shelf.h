// Memory of bodies that were let go of, for those to come: fresh memory of this size costs a page fault for each 4 KiB
// and is zeroed twice before the first byte is received into it.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace propius {

// Thread-safe.
class BodyShelf {
 public:
  // Keeps at most so many bytes.
  explicit BodyShelf(std::uint64_t limit) : limit_(limit) {}

  // A text of this length whose content means nothing; empty if none fits.
  std::string Take(std::size_t length);
  void Put(std::string body);

 private:
  const std::uint64_t limit_;
  std::mutex mutex_;
  std::vector<std::string> bodies_;  // the last one was used last
  std::uint64_t kept_ = 0;
};

}  // namespace propius
