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

Blob Charged(std::string bytes, ByteCharge charge, std::shared_ptr<BodyShelf> shelf) {
  struct Held {
    Held(std::string b, ByteCharge c, std::shared_ptr<BodyShelf> s)
        : bytes(std::move(b)), charge(std::move(c)), shelf(std::move(s)) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { shelf->Put(std::move(bytes)); }

    std::string bytes;
    ByteCharge charge;
    std::shared_ptr<BodyShelf> shelf;
  };
  const auto held = std::make_shared<Held>(std::move(bytes), std::move(charge), std::move(shelf));
  return {held, &held->bytes};
}

}  // namespace propius
