// What a node answers, as HTTP (docs/protocol.md).
#pragma once

#include "base/time.h"
#include "dataplane/node.h"
#include "http/server.h"

namespace propius {

HttpAnswer AnswerOf(const Result<PlanReceipt>& receipt);
// A plan that is not there yet may be there in a moment; one that is never changes.
HttpAnswer AnswerOf(const Digest& digest, const Result<Blob>& plan, Duration ttl);
HttpAnswer AnswerOf(const Result<UploadAnswer>& upload);
HttpAnswer AnswerOf(const Result<Aggregate>& aggregate);

}  // namespace propius
