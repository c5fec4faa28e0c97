// How a root tells the control plane that a round is over, and learns which slots were bound. Implemented in rpc, and
// in sim by the job desk itself.
#pragma once

#include "base/result.h"
#include "domain/round.h"

namespace propius {

class ControlLink {
 public:
  virtual ~ControlLink() = default;
  virtual void RoundClosed(const RoundClosure& closure, Done<BindCensus> done) = 0;
};

}  // namespace propius
