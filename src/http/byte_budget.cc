#include "http/byte_budget.h"

namespace propius {

bool ByteBudget::Take(std::uint64_t bytes) {
  std::uint64_t before = taken_;
  do {
    if (bytes > limit_ - before) return false;
  } while (!taken_.compare_exchange_weak(before, before + bytes));
  return true;
}

bool ByteCharge::GrowTo(std::uint64_t bytes) {
  if (bytes <= bytes_) return true;
  if (!budget_->Take(bytes - bytes_)) return false;
  bytes_ = bytes;
  return true;
}

Blob Charged(std::string bytes, ByteCharge charge) {
  struct Held {
    std::string bytes;
    ByteCharge charge;
  };
  const auto held = std::make_shared<const Held>(Held{std::move(bytes), std::move(charge)});
  return {held, &held->bytes};
}

}  // namespace propius
