// What a leaf has taken of one group and not sealed yet: a partial sum with its slots, and notes on the others.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "aggregation/reducer.h"
#include "dataplane/uplink.h"

namespace propius {

class OpenSegment {
 public:
  using MakeReducer = std::function<Result<std::unique_ptr<Reducer>>()>;

  // `update` is checked. Fails, and nothing changes, if the reducer cannot take it.
  Status Add(Slot slot, const SafetensorsView& update, double weight, const MakeReducer& make);
  void NoteRejected(Slot slot, const std::string& reason) { rejected_[slot.value] = reason; }
  void NoteLate(Slot slot) { late_.Set(slot.value); }

  bool Empty() const { return size() == 0; }
  // Slots and notes.
  std::size_t size() const { return slots_.Count() + rejected_.size() + late_.Count(); }

  // Moves everything into a segment without address.
  Segment Seal();
  // Drops the sum and keeps the notes.
  void DropSum();
  // Takes over the notes of a segment that the parent did not take.
  void KeepNotes(const Segment& segment);

 private:
  std::unique_ptr<Reducer> sum_;
  Bitmap slots_;
  std::map<std::uint32_t, std::string> rejected_;
  Bitmap late_;
};

}  // namespace propius
