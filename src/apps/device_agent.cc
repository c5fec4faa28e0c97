#include "apps/device_agent.h"

#include <algorithm>

#include "apps/train_recipe.h"
#include "base/real_runtime.h"
#include "sdk/failure.h"
#include "train/learner.h"

namespace propius {
namespace {

constexpr Duration kNap = 50ms;

sdk::AttributeMap ToMap(const Attributes& attributes) {
  sdk::AttributeMap map;
  for (const Attribute& attribute : attributes.entries()) map[attribute.name] = attribute.value;
  return map;
}

}  // namespace

DeviceAgent::DeviceAgent(const FleetDevice& device, const Digits& digits, const DeviceAgentOptions& options)
    : device_(device),
      images_(digits.Take(device.images)),
      slowness_(options.slowness),
      spans_(images_, FromSeconds(device.phone.ms_per_sample / 1e3 * options.slowness), device.id),
      client_(MakeClientOptions(options)) {}

sdk::ClientOptions DeviceAgent::MakeClientOptions(const DeviceAgentOptions& agent) {
  sdk::ClientOptions options;
  options.client_manager = agent.client_manager;
  options.device_id = device_.id;
  options.public_attributes = ToMap(device_.phone.attributes);
  // As slow as it plays; a device that trains as fast as it can does not know its speed.
  if (agent.slowness > 0) options.public_attributes["ms_per_sample"] = device_.phone.ms_per_sample * agent.slowness;
  options.private_attributes = {{"samples", static_cast<double>(device_.images.size())}};
  options.train_span = [this](const sdk::HeldTask& task, const std::string& plan, const sdk::Span& span) {
    return spans_.Train(task, plan, span);
  };
  return options;
}

void DeviceAgent::Run(const std::function<void(const sdk::TaskSummary&)>& after) {
  client_.Run([this](const sdk::HeldTask& task, const std::string& plan) { return Train(task, plan); }, after);
}

sdk::Result<sdk::Update> DeviceAgent::Train(const sdk::HeldTask& task, const std::string& plan) const {
  const Time began = RealNow();
  const Result<TrainPlan> recipe = ReadRecipe(plan);
  if (!recipe) return PublicFailure(recipe);
  auto learner = MakeLearner(recipe->model, 0);
  if (!learner) return PublicFailure(learner);
  if (const Status imported = (*learner)->Import(plan); !imported) return PublicFailure(imported);

  const LocalTraining how{recipe->local_epochs, recipe->batch, recipe->learning_rate, recipe->momentum};
  const std::uint64_t seed = device_.id ^ (task.job_id << 32U) ^ task.round;
  const Status trained = (*learner)->Train(images_, how, seed, [&] { return !task.cancelled(); });
  if (!trained) return PublicFailure(trained);

  const double samples = static_cast<double>(images_.size());
  const Duration phone_time =
      FromSeconds(samples * recipe->local_epochs * device_.phone.ms_per_sample / 1e3 * slowness_);
  PlaySlow(phone_time - (RealNow() - began), task);
  if (task.cancelled()) return tl::unexpected(sdk::Error{"aborted", "the round no longer needs this device"});
  return sdk::Update{(*learner)->Export({}), samples};
}

void DeviceAgent::PlaySlow(Duration simulated, const sdk::HeldTask& task) const {
  const Time end = RealNow() + simulated;
  for (Time now = RealNow(); now < end && !task.cancelled(); now = RealNow()) SleepFor(std::min(kNap, end - now));
}

}  // namespace propius
