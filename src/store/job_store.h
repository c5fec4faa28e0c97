// The durable side of the control plane: jobs, rounds, binds and the answers that were given.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/runtime.h"
#include "domain/round.h"

namespace propius {

// The first answer to an idempotency key; a repeat of the key gets it again, refusals included.
struct MemoisedReply {
  std::string key{};  // scope and idempotency key, such as "job/<tenant>/<key>"
  Digest request{};   // SHA-256 of what was asked, so that a key used for something else is refused
  Time answered_at{};
  std::optional<Error> refusal{};
  RoundKey round{};  // what the answer was about; zero where it does not apply
  Slot slot{};

  friend bool operator==(const MemoisedReply&, const MemoisedReply&) = default;
};

// One atomic change. A record replaces the one of the same key; removals come after the records, so that of a key that
// is in both nothing is left.
struct JobChanges {
  std::vector<Job> jobs{};
  std::vector<Round> rounds{};
  std::vector<Binding> bindings{};
  std::vector<MemoisedReply> replies{};
  std::vector<JobId> removed_jobs{};           // with their rounds and bindings
  std::vector<RoundKey> removed_bindings{};    // all bindings of a closed round
  std::vector<std::string> removed_replies{};  // keys
  JobId next_job{};                            // 0: unchanged

  bool empty() const;
};

class JobStore {
 public:
  virtual ~JobStore() = default;

  // Everything that was ever committed and not removed, in no particular order.
  virtual Result<JobChanges> Load() = 0;
  // Makes the change durable as a whole, after all earlier ones, then calls `done` on the runtime. On failure nothing
  // of it is kept.
  virtual void Commit(JobChanges changes, Done<void> done) = 0;
};

}  // namespace propius
