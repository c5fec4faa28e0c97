#include "rpc/open_streams.h"

namespace propius {

void OpenStreams::Add(const std::shared_ptr<Stream>& stream) {
  {
    const std::lock_guard lock(mutex_);
    if (!draining_) {
      // Swept when the room runs out, so that each entry is looked at a constant number of times.
      if (streams_.size() == streams_.capacity())
        std::erase_if(streams_, [](const auto& weak) { return weak.expired(); });
      streams_.push_back(stream);
      return;
    }
  }
  stream->Stop();
}

void OpenStreams::Drain() {
  std::vector<std::weak_ptr<Stream>> open;
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    open.swap(streams_);
  }
  for (const std::weak_ptr<Stream>& weak : open) {
    if (const std::shared_ptr<Stream> stream = weak.lock()) stream->Stop();
  }
}

}  // namespace propius
