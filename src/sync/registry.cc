#include "sync/registry.h"

#include "base/check.h"
#include "base/quote.h"
#include "sync/models/adacomm.h"
#include "sync/models/adsp.h"
#include "sync/models/asp.h"
#include "sync/models/batch_tune.h"
#include "sync/models/bsp.h"
#include "sync/models/dynsgd.h"
#include "sync/models/esync.h"
#include "sync/models/fedasync.h"
#include "sync/models/fedbuff.h"
#include "sync/models/fixed_adacomm.h"
#include "sync/models/ssp.h"

namespace propius {

void SyncRegistry::Add(const std::string& name, Factory factory) {
  CHECK(!wrappers_.contains(name) && factories_.emplace(name, std::move(factory)).second);
}

void SyncRegistry::AddWrapper(const std::string& name, Wrapper wrapper) {
  CHECK(!factories_.contains(name) && wrappers_.emplace(name, std::move(wrapper)).second);
}

Result<std::unique_ptr<SyncModel>> SyncRegistry::Make(const SyncChoice& choice, const SyncJob& job) const {
  SyncSettings settings(choice);
  std::unique_ptr<SyncModel> model;
  if (const auto found = factories_.find(choice.name); found != factories_.end()) {
    model = found->second(job, settings);
  } else if (const auto wrapping = wrappers_.find(choice.name); wrapping != wrappers_.end()) {
    const std::string inner = settings.Text("inner", "bsp");
    if (wrappers_.contains(inner)) {
      return Fail(Code::kInvalidArgument, "scheme " + choice.name + ": inner: expected a model, got another wrapper");
    }
    auto made = Make({inner, settings.TakeRest()}, job);
    if (!made) return made;
    model = wrapping->second(job, settings, *std::move(made));
  } else {
    std::string known;
    for (const std::string& name : Names()) known += (known.empty() ? "" : ", ") + name;
    return Fail(Code::kInvalidArgument, "scheme: expected one of " + known + ", got " + Quote(choice.name));
  }
  if (Status status = settings.Finish(); !status) return tl::unexpected(status.error());
  return model;
}

std::vector<std::string> SyncRegistry::Names() const {
  std::vector<std::string> names;
  names.reserve(factories_.size() + wrappers_.size());
  for (const auto& [name, factory] : factories_) names.push_back(name);
  for (const auto& [name, wrapper] : wrappers_) names.push_back(name);
  return names;
}

void AddBuiltinSyncModels(SyncRegistry& registry) {
  registry.Add("bsp", [](const SyncJob&, SyncSettings&) { return MakeBsp(); });
  registry.Add("asp", [](const SyncJob& job, SyncSettings&) { return MakeAsp(job); });
  registry.Add("ssp", [](const SyncJob& job, SyncSettings& settings) {
    return MakeSsp(job, {.bound = settings.Count("s", 40, 1, 1'000'000), .lazy_pull = settings.Flag("lazy")});
  });
  registry.Add("fixed_adacomm", [](const SyncJob&, SyncSettings& settings) {
    return MakeFixedAdacomm({.steps = settings.Count("tau", 40, 1, 1'000'000)});
  });
  registry.Add("adacomm", [](const SyncJob& job, SyncSettings& settings) {
    AdacommOptions options{.period = job.gamma};
    options.first = settings.Count("tau0", 0, 0, 1'000'000);
    options.period = FromSeconds(settings.Number("period", Seconds(job.gamma), 0.001, 1e6));
    options.shrink = settings.Number("shrink", options.shrink, 0.01, 1);
    options.least = settings.Count("least", options.least, 1, 1'000'000);
    options.commit_share = settings.Number("commit_share", options.commit_share, 0, 100);
    return MakeAdacomm(options);
  });
  registry.Add("adsp", [](const SyncJob& job, SyncSettings& settings) {
    AdspOptions options;
    options.rate = settings.Number("rate", options.rate, 0.01, 1000);
    options.least_timer = FromSeconds(settings.Number("least_timer", Seconds(options.least_timer), 0, 1e6));
    options.commit_share = settings.Number("commit_share", options.commit_share, 0, 1);
    options.compensate = settings.Flag("compensate", options.compensate);
    options.search = settings.Flag("search");
    if (options.search && !(job.goal > 0)) settings.Refuse("search: expected a job with a goal to search for");
    options.epoch = FromSeconds(settings.Number("epoch", Seconds(options.epoch), 1, 1e9));
    options.overlap = settings.Flag("overlap");
    options.stagger = settings.Flag("stagger");
    return MakeAdsp(job, options);
  });
  registry.Add("esync", [](const SyncJob&, SyncSettings& settings) {
    return MakeEsync({.slowest_steps = settings.Count("base", 20, 1, 1'000'000)});
  });
  registry.Add("fedbuff", [](const SyncJob& job, SyncSettings& settings) {
    FedbuffOptions options{.buffer = std::min(10U, job.workers)};
    options.buffer = settings.Count("k", options.buffer, 1, 1'000'000);
    options.steps = settings.Count("steps", options.steps, 1, 1'000'000);
    options.rate = settings.Number("rate", options.rate, 1e-6, 1000);
    options.exponent = settings.Number("exponent", options.exponent, 0, 10);
    return MakeFedbuff(job, options);
  });
  registry.Add("fedasync", [](const SyncJob&, SyncSettings& settings) {
    FedasyncOptions options;
    options.steps = settings.Count("steps", options.steps, 1, 1'000'000);
    options.alpha = settings.Number("alpha", options.alpha, 1e-6, 1);
    options.exponent = settings.Number("exponent", options.exponent, 0, 10);
    options.hinge = settings.Flag("hinge");
    options.hinge_slope = settings.Number("a", options.hinge_slope, 1e-6, 1e6);
    options.hinge_from = settings.Number("b", options.hinge_from, 0, 1e6);
    return MakeFedasync(options);
  });
  registry.Add("dynsgd", [](const SyncJob&, SyncSettings& settings) {
    return MakeDynsgd({.steps = settings.Count("steps", 20, 1, 1'000'000)});
  });
  registry.AddWrapper("batch_tune", [](const SyncJob& job, SyncSettings&, std::unique_ptr<SyncModel> inner) {
    return MakeBatchTune(job, std::move(inner));
  });
}

}  // namespace propius
