#include "sync/held_updates.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <tuple>

#include "sync/arithmetic.h"

namespace propius {

static_assert(std::endian::native == std::endian::little, "floats are packed as they lie in memory");

void PackFloats(Packer& to, std::span<const float> values) {
  to.Text({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

std::vector<float> UnpackFloats(Unpacker& from) {
  const std::string bytes = from.Text();
  if (bytes.size() % sizeof(float) != 0) return {};
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

void HeldUpdates::Add(WorkerId worker, std::uint64_t number, double weight, std::span<const float> update) {
  std::vector<float> values;
  if (!spare_.empty()) {
    values = std::move(spare_.back());
    spare_.pop_back();
  }
  values.assign(update.begin(), update.end());
  updates_.push_back({worker, number, weight, std::move(values)});
}

std::vector<float> HeldUpdates::TakeMean(double divisor, std::size_t parameters) {
  std::ranges::sort(updates_, {}, [](const Update& update) { return std::tuple(update.worker, update.number); });
  std::vector<double> sums(parameters);
  for (Update& update : updates_) {
    Accumulate(sums, update.values, update.weight);
    spare_.push_back(std::move(update.values));
  }
  std::vector<float> mean(parameters);
  AddMean(mean, sums, divisor);
  updates_.clear();
  return mean;
}

bool HeldUpdates::AllOf(std::size_t parameters) const {
  return std::ranges::all_of(updates_, [&](const Update& update) { return update.values.size() == parameters; });
}

void HeldUpdates::Save(Packer& to) const {
  to.U32(static_cast<std::uint32_t>(updates_.size()));
  for (const Update& update : updates_) {
    to.U64(update.worker).U64(update.number).F64(update.weight);
    PackFloats(to, update.values);
  }
}

void HeldUpdates::Load(Unpacker& from) {
  updates_.clear();
  for (std::uint32_t left = from.U32(); left > 0 && !from.Failed(); --left) {
    Update update;
    update.worker = from.U64();
    update.number = from.U64();
    update.weight = from.F64();
    update.values = UnpackFloats(from);
    updates_.push_back(std::move(update));
  }
}

}  // namespace propius
