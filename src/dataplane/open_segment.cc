#include "dataplane/open_segment.h"

#include <utility>

namespace propius {

Status OpenSegment::Add(Slot slot, const SafetensorsView& update, double weight, const MakeReducer& make) {
  if (!sum_) {
    Result<std::unique_ptr<Reducer>> sum = make();
    if (!sum) return tl::unexpected(sum.error());
    sum_ = std::move(*sum);
  }
  if (Status added = sum_->Accumulate(update, weight); !added) return added;
  slots_.Set(slot.value);
  return {};
}

Segment OpenSegment::Seal() {
  Segment segment;
  if (!slots_.Empty()) segment.partial = std::make_shared<const std::string>(sum_->Serialize());
  segment.slots = std::exchange(slots_, {});
  segment.rejected = std::exchange(rejected_, {});
  segment.late = std::exchange(late_, {});
  sum_.reset();
  return segment;
}

void OpenSegment::DropSum() {
  slots_ = {};
  sum_.reset();
}

void OpenSegment::KeepNotes(const Segment& segment) {
  rejected_.insert(segment.rejected.begin(), segment.rejected.end());
  late_.Merge(segment.late);
}

}  // namespace propius
