// The secret that all servers of one site share.
#pragma once

#include "base/result.h"
#include "config/serve_config.h"
#include "domain/ticket.h"

namespace propius {

// From the file that the configuration names; without one, from a file beside the stores, made at the first start. A
// store without its key is refused: with another one nobody's tickets would be good any more.
Result<Sealer> OpenSealer(const ServeConfig& config);

}  // namespace propius
