#include "sdk/device_task.h"

#include "sdk/lease_keeper.h"
#include "sdk/plan_download.h"
#include "sdk/upload.h"

namespace propius {
namespace {

TaskResult Failed(std::string reason) { return {sdk::TaskEnd::kFailed, std::move(reason)}; }

// A hook that throws has failed like one that says so: the task must be given back, and the lease keeper joined.
sdk::Result<sdk::Update> Train(const sdk::TrainHook& train, const sdk::HeldTask& task, const std::string& plan) {
  try {
    return train(task, plan);
  } catch (const std::exception& thrown) {
    return tl::unexpected<sdk::Error>({"internal", std::string("training threw: ") + thrown.what()});
  } catch (...) {
    return tl::unexpected<sdk::Error>({"internal", "training threw something that is not a std::exception"});
  }
}

TaskResult ResultOf(const UploadEnd& end) {
  switch (end.verdict) {
    case UploadVerdict::kCommitted:
      return {sdk::TaskEnd::kCommitted, end.reason};
    case UploadVerdict::kLate:
      return {sdk::TaskEnd::kLate, end.reason};
    case UploadVerdict::kRejected:
      return {sdk::TaskEnd::kRejected, end.reason};
    case UploadVerdict::kGivenUp:
      break;
  }
  return Failed("update not delivered: " + end.reason);
}

}  // namespace

TaskResult RunTask(const TaskTools& tools, const HeldAssignment& held, const sdk::TrainHook& train, Rng& chance) {
  const auto life = std::make_shared<TaskLife>();
  life->expires = held.expires;
  life->stop = tools.stop;
  const LeaseKeeper keeper(tools.session, held, life, tools.call_timeout, chance.Fork());

  const Result<std::string> plan = DownloadPlan(tools.fetcher, held, *life, tools.call_timeout, chance.Fork());
  if (!plan) return Failed(plan.error().message);

  const sdk::HeldTask task{held.round.job.value, held.round.round.value, held.slot, [life] { return life->Over(); }};
  sdk::Result<sdk::Update> trained = Train(train, task, *plan);
  if (!trained) return Failed("training failed: " + trained.error().message);
  if (tools.stop->raised()) return Failed("stopped");

  Result<std::string> update = WithWeight(trained->tensors, trained->weight);
  if (!update) return Failed(update.error().message);
  trained->tensors.clear();
  trained->tensors.shrink_to_fit();
  return ResultOf(Upload(tools.fetcher, held, *life, std::make_shared<const std::string>(std::move(*update)),
                         {tools.call_timeout, tools.upload_patience}, chance.Fork()));
}

}  // namespace propius
