// A leaf node behind its HTTP server, with a parent in memory that takes whatever it is pushed.
#pragma once

#include <memory>

#include "bench/forked_server.h"
#include "domain/safetensors.h"
#include "domain/ticket.h"

namespace propius {

// The round that devices upload to: a weighted mean of updates like `plan`, without end.
RoundTerms EndlessRound(const Blob& plan, Time now);
Ticket TicketOf(const RoundTerms& terms, std::uint32_t slot);
Sealer ClusterSealer();

ForkedServer::Running StartLeaf(const RoundTerms& terms, const Blob& plan);

}  // namespace propius
