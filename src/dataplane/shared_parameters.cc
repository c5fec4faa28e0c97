#include "dataplane/shared_parameters.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>

#include "base/quote.h"
#include "sync/registry.h"

namespace propius {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors travel as little-endian floats");

std::vector<float> Flat(const SafetensorsView& file) {
  std::size_t bytes = 0;
  for (const TensorView& tensor : file.tensors) bytes += tensor.data.size();
  std::vector<float> values(bytes / sizeof(float));
  std::size_t at = 0;
  for (const TensorView& tensor : file.tensors) {
    if (!tensor.data.empty()) std::memcpy(values.data() + at, tensor.data.data(), tensor.data.size());
    at += tensor.data.size() / sizeof(float);
  }
  return values;
}

// The file's values where they lie, if they lie there as floats one after the other.
std::span<const float> InPlace(const SafetensorsView& file) {
  if (file.tensors.empty()) return {};
  const char* const begin = file.tensors.front().data.data();
  const char* end = begin;
  for (const TensorView& tensor : file.tensors) {
    if (tensor.data.data() != end) return {};
    end += tensor.data.size();
  }
  if (reinterpret_cast<std::uintptr_t>(begin) % alignof(float) != 0) return {};
  return {reinterpret_cast<const float*>(begin), static_cast<std::size_t>(end - begin) / sizeof(float)};
}

double Norm(std::span<const float> values) {
  double squares = 0;
  for (const float value : values) squares += double{value} * value;
  return std::sqrt(squares);
}

}  // namespace

Result<std::unique_ptr<SyncModel>> MakeSyncModel(const SyncSpec& spec, std::uint32_t workers) {
  SyncRegistry registry;
  AddBuiltinSyncModels(registry);
  const Result<SyncChoice> choice = ParseSyncChoice(spec.model);
  if (!choice) return tl::unexpected(choice.error());
  if (choice->settings.contains("overlap")) {
    return Fail(
        Code::kInvalidArgument,
        "sync.model: expected no setting overlap, which devices can do in virtual time only, got " + Quote(spec.model));
  }
  return registry.Make(
      *choice, {.workers = workers, .eta = spec.eta, .gamma = spec.period, .goal = spec.goal, .batch = spec.batch});
}

Result<SharedParameters> SharedParameters::Make(const RoundTerms& terms, std::vector<float> parameters, Time now) {
  auto model = MakeSyncModel(*terms.sync, terms.demand);
  if (!model) return tl::unexpected(model.error());
  return SharedParameters(
      std::make_unique<ParameterServer>(*std::move(model), std::move(parameters),
                                        ServerOptions{.momentum = terms.sync->momentum, .finite_updates = true}, now),
      terms.sync->max_norm);
}

Result<SharedParameters> SharedParameters::Begin(const RoundTerms& terms, const Manifest& manifest,
                                                 const SafetensorsView& plan, Time now) {
  const auto refuse = [&](const std::string& what) {
    return Fail(Code::kInvalidArgument, Show(terms.key()) + ": expected " + what);
  };
  for (const TensorSpec& tensor : manifest) {
    if (tensor.dtype != Dtype::kF32) return refuse("a plan of F32 tensors, got " + Show(tensor));
  }
  if (plan.manifest() != manifest) return refuse("a plan whose tensors are its updates', got other ones");
  if (manifest.empty()) return refuse("a plan with parameters, got one without tensors");
  Result<SharedParameters> made = Make(terms, Flat(plan), now);
  if (!made) return refuse("a synchronisation model: " + made.error().message);
  for (const float value : made->server().parameters()) {
    if (!std::isfinite(value)) return refuse("finite parameters, got others");
  }
  return made;
}

Result<SharedParameters> SharedParameters::Load(const RoundTerms& terms, const Manifest& manifest,
                                                std::string_view bytes, Time now) {
  std::size_t size = 0;
  for (const TensorSpec& tensor : manifest) size += tensor.Elements();
  Result<SharedParameters> made = Make(terms, std::vector<float>(size), now);
  const Status loaded = made ? made->server().Load(bytes) : Status(tl::unexpected(made.error()));
  if (!loaded) return Fail(Code::kDataLoss, Show(terms.key()) + ": " + loaded.error().message);
  for (const auto& [id, worker] : made->server().workers()) made->commits_ += worker.commits;
  return made;
}

Result<Receipt> SharedParameters::Commit(WorkerId worker, const CommitReport& report, const SafetensorsView& update,
                                         Time now) {
  std::span<const float> values = InPlace(update);
  if (values.empty()) {
    scratch_ = Flat(update);
    values = scratch_;
  }
  if (max_norm_ > 0) {
    if (const double norm = Norm(values); norm > max_norm_) {
      return Fail(Code::kInvalidArgument,
                  "norm: expected at most " + std::to_string(max_norm_) + ", got " + std::to_string(norm));
    }
  }
  Result<Receipt> receipt = server_->Commit(worker, report, values, now);
  if (receipt && *receipt == Receipt::kTaken) ++commits_;
  return receipt;
}

std::uint64_t SharedParameters::steps() const {
  std::uint64_t steps = 0;
  for (const auto& [id, worker] : server_->workers()) steps += worker.steps;
  return steps;
}

std::string SharedParameters::File(const Manifest& manifest, const std::map<std::string, std::string>& metadata) const {
  std::vector<TensorView> tensors;
  const auto* at = reinterpret_cast<const char*>(server_->parameters().data());
  for (const TensorSpec& tensor : manifest) {
    tensors.push_back({tensor, {at, tensor.Bytes()}});
    at += tensor.Bytes();
  }
  return WriteSafetensors(tensors, metadata);
}

}  // namespace propius
