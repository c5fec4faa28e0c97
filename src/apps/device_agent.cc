#include "apps/device_agent.h"

#include <algorithm>

#include "apps/train_recipe.h"
#include "base/real_runtime.h"
#include "train/learner.h"

namespace propius {
namespace {

constexpr Duration kNap = 50ms;

tl::unexpected<sdk::Error> GiveBack(const Error& error) {
  return tl::unexpected(sdk::Error{std::string(CodeName(error.code)), error.message});
}

sdk::AttributeMap ToMap(const Attributes& attributes) {
  sdk::AttributeMap map;
  for (const Attribute& attribute : attributes.entries()) map[attribute.name] = attribute.value;
  return map;
}

sdk::ClientOptions MakeClientOptions(const FleetDevice& device, const DeviceAgentOptions& agent) {
  sdk::ClientOptions options;
  options.client_manager = agent.client_manager;
  options.device_id = device.id;
  options.public_attributes = ToMap(device.phone.attributes);
  // As slow as it plays; a device that trains as fast as it can does not know its speed.
  if (agent.slowness > 0) options.public_attributes["ms_per_sample"] = device.phone.ms_per_sample * agent.slowness;
  options.private_attributes = {{"samples", static_cast<double>(device.images.size())}};
  return options;
}

}  // namespace

DeviceAgent::DeviceAgent(const FleetDevice& device, const Digits& digits, const DeviceAgentOptions& options)
    : device_(device),
      images_(digits.Take(device.images)),
      slowness_(options.slowness),
      client_(MakeClientOptions(device, options)) {}

void DeviceAgent::Run(const std::function<void(const sdk::TaskSummary&)>& after) {
  client_.Run([this](const sdk::HeldTask& task, const std::string& plan) { return Train(task, plan); }, after);
}

sdk::Result<sdk::Update> DeviceAgent::Train(const sdk::HeldTask& task, const std::string& plan) const {
  const Time began = RealNow();
  const Result<TrainPlan> recipe = ReadRecipe(plan);
  if (!recipe) return GiveBack(recipe.error());
  auto learner = MakeLearner(recipe->model, 0);
  if (!learner) return GiveBack(learner.error());
  if (const Status imported = (*learner)->Import(plan); !imported) return GiveBack(imported.error());

  const LocalTraining how{recipe->local_epochs, recipe->batch, recipe->learning_rate, recipe->momentum};
  const std::uint64_t seed = device_.id ^ (task.job_id << 32U) ^ task.round;
  const Status trained = (*learner)->Train(images_, how, seed, [&] { return !task.cancelled(); });
  if (!trained) return GiveBack(trained.error());

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
