// The durable side of a root: plans, and the state of every round's sum.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/runtime.h"
#include "domain/round.h"
#include "domain/safetensors.h"

namespace propius {

struct StoredPlan {
  Digest digest{};
  Blob bytes{};
};

// {sum, bitmap, last segment} of one round: replaced as a whole, so that it is never torn (guarantees 1.3 point 5).
struct StoredTally {
  RoundKey round{};
  Blob state{};  // packed by dataplane/round_tally
};

// One atomic change; removals come after the records, as in JobChanges.
struct TallyChanges {
  std::vector<StoredPlan> plans{};
  std::vector<StoredTally> tallies{};
  std::vector<Digest> removed_plans{};
  std::vector<RoundKey> removed_tallies{};

  bool empty() const;
};

class TallyStore {
 public:
  virtual ~TallyStore() = default;

  // A stored record that fails its checksum is kDataLoss: refuse to start.
  virtual Result<std::vector<StoredTally>> LoadTallies() = 0;
  // Reads one plan as of the commits before it; kNotFound if it is not here, kDataLoss if its bytes do not have its
  // digest.
  virtual void LoadPlan(const Digest& digest, Done<Blob> done) = 0;
  // Makes the change durable as a whole, after all earlier ones, then calls `done` on the runtime.
  virtual void Commit(TallyChanges changes, Done<void> done) = 0;
};

}  // namespace propius
