// What an asynchronous round has in place of a sum: the parameters that its devices train together, who has sent how
// many updates, and the model that keeps them in step. A value without store or network; it is handed time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/round.h"
#include "domain/safetensors.h"
#include "sync/parameter_server.h"

namespace propius {

// The model that a job asks for, for so many workers. kInvalidArgument as the registry says it.
Result<std::unique_ptr<SyncModel>> MakeSyncModel(const SyncSpec& spec, std::uint32_t workers);

class SharedParameters {
 public:
  // From the plan, whose tensors must be those of `manifest` and F32.
  static Result<SharedParameters> Begin(const RoundTerms& terms, const Manifest& manifest, const SafetensorsView& plan,
                                        Time now);
  // From what Save() wrote; kDataLoss if it does not fit the terms.
  static Result<SharedParameters> Load(const RoundTerms& terms, const Manifest& manifest, std::string_view bytes,
                                       Time now);
  std::string Save() const { return server_->Save(); }

  // Takes an update that CheckUpdate has passed: it fits the manifest, and its values are finite. Fails as
  // ParameterServer::Commit, and with kInvalidArgument on a norm over the job's limit; then nothing has changed.
  Result<Receipt> Commit(WorkerId worker, const CommitReport& report, const SafetensorsView& update, Time now);

  ParameterServer& server() { return *server_; }
  const ParameterServer& server() const { return *server_; }
  // Updates that were taken of all workers, and the mini-batches in them.
  std::uint64_t commits() const { return commits_; }
  std::uint64_t steps() const;
  std::string File(const Manifest& manifest, const std::map<std::string, std::string>& metadata) const;

 private:
  SharedParameters(std::unique_ptr<ParameterServer> server, double max_norm)
      : server_(std::move(server)), max_norm_(max_norm) {}
  static Result<SharedParameters> Make(const RoundTerms& terms, std::vector<float> parameters, Time now);

  std::unique_ptr<ParameterServer> server_;
  double max_norm_ = 0;
  std::uint64_t commits_ = 0;
  std::vector<float> scratch_;  // an update whose bytes do not lie as the parameters do
};

}  // namespace propius
