// The streams that are open on a service, so that a server that drains can end them: they would never end by
// themselves.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "rpc/door.h"

namespace propius {

class Stream {
 public:
  virtual ~Stream() = default;
  // Ends it as unavailable; callable from any thread, and more than once.
  virtual void Stop() = 0;
};

class OpenStreams {
 public:
  // A stream that opens while the server drains is stopped at once.
  void Add(const std::shared_ptr<Stream>& stream);
  void Drain();

 private:
  std::mutex mutex_;
  bool draining_ = false;
  std::vector<std::weak_ptr<Stream>> streams_;
};

// A service with streams, which takes new work.
class Draining {
 public:
  virtual ~Draining() = default;
  void StopTaking() const { door_.Close(); }
  void Drain() { streams_.Drain(); }

 protected:
  OpenStreams& streams() { return streams_; }
  const Door& door() const { return door_; }

 private:
  OpenStreams streams_;
  Door door_;
};

}  // namespace propius
