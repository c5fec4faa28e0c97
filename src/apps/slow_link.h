// A TCP relay on loopback in which every byte takes its time: a slow link in front of a server that is near.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/time.h"

namespace propius {

class SlowLink {
 public:
  // Relays what comes in at a free port of loopback to port `to`, and back, each way this much later.
  static Result<std::unique_ptr<SlowLink>> Start(std::uint16_t to, Duration one_way);
  ~SlowLink();

  std::uint16_t port() const;

 private:
  class Relay;
  explicit SlowLink(std::unique_ptr<Relay> relay);
  std::unique_ptr<Relay> relay_;
};

}  // namespace propius
