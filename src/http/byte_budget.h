// How many bytes of others a server holds at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "domain/safetensors.h"
#include "http/body_shelf.h"

namespace propius {

// Thread-safe.
class ByteBudget {
 public:
  explicit ByteBudget(std::uint64_t limit) : limit_(limit) {}

  // False, and nothing taken, if that is more than is left.
  bool Take(std::uint64_t bytes);
  void Give(std::uint64_t bytes) { taken_ -= bytes; }
  std::uint64_t taken() const { return taken_; }

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> taken_ = 0;
};

// What one body has taken of a budget; given back at its end.
class ByteCharge {
 public:
  explicit ByteCharge(std::shared_ptr<ByteBudget> budget) : budget_(std::move(budget)) {}
  ByteCharge(ByteCharge&& other) noexcept = default;
  ByteCharge& operator=(ByteCharge&&) = delete;
  ~ByteCharge() {
    if (budget_ != nullptr) budget_->Give(bytes_);
  }

  // False, and as before, if the budget has no room. Never shrinks.
  bool GrowTo(std::uint64_t bytes);

 private:
  std::shared_ptr<ByteBudget> budget_;  // null once moved from
  std::uint64_t bytes_ = 0;
};

// The bytes, charged until the last owner lets go of them; then their memory goes to the shelf.
Blob Charged(std::string bytes, ByteCharge charge, std::shared_ptr<BodyShelf> shelf);

}  // namespace propius
