// Commits of asynchronous jobs as HTTP (docs/protocol.md, "commits").
#pragma once

#include <map>
#include <string>

#include "dataplane/commits.h"
#include "http/server.h"

namespace propius {

// What a POST says of its update: number, version, steps, step_us, commit_us, loss; only the number must be there.
// kInvalidArgument names the first that is wrong.
Result<CommitRequest> ReadCommit(const std::map<std::string, std::string>& query);

HttpAnswer AnswerOf(const Result<CommitAnswer>& commit);
HttpAnswer AnswerOf(const Result<ParametersView>& parameters);

}  // namespace propius
