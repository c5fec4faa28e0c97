// The device's work on its task.
#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "sim/model_device.h"

namespace propius {
namespace {

constexpr Duration kUploadWait = 5s;
constexpr std::uint32_t kPatientFailures = 3;

}  // namespace

void ModelDevice::Begin(const Bound& bound) {
  stage_.oracle.DeviceBound(traits_.id, bound);
  ++serial_;
  const Result<Ticket> ticket = stage_.site.sealer().OpenTicket(bound.ticket);
  if (!ticket) return stage_.history.Violation("a device got a ticket that is none: " + ticket.error().message);
  if (ticket->device != traits_.id || ticket->slot != bound.slot || ticket->round != bound.round) {
    return stage_.history.Violation(Show(bound.round) + ": a device got another one's ticket");
  }
  task_ = TaskAtHand{.bound = bound, .ticket = *ticket, .node = stage_.site.LeafAt(bound.leaf)};

  Rng& chance = stage_.world.Chance();
  Faults& faults = stage_.faults;
  const FaultPlan& plan = faults.plan();
  if (faults.Strikes(plan.reboot, "device_reboots", chance)) {
    life_->After(FromSeconds(chance.Uniform(0, Seconds(traits_.max_train))), [this] { Boot(5s); });
  }
  if (faults.Strikes(plan.vanish, "device_vanishes", chance)) {
    life_->After(FromSeconds(chance.Uniform(0, Seconds(traits_.max_train))), [this] { Die(); });
  }
  if (faults.Strikes(plan.give_up, "device_gives_up", chance)) return End(TaskOutcome::kFailed);
  task_->mute = faults.Strikes(plan.mute, "device_is_mute", chance);
  task_->idle = traits_.idle || faults.Strikes(plan.idle, "device_is_idle", chance);
  const auto spoils = spoils_.find(bound.round);
  task_->spoilt = spoils != spoils_.end() ? spoils->second : faults.Strikes(plan.spoil, "device_spoils_update", chance);
  spoils_[bound.round] = task_->spoilt;
  StepIn(0s, &ModelDevice::FetchPlan);
}

void ModelDevice::StepIn(Duration delay, void (ModelDevice::*step)()) {
  life_->After(delay, [this, step, serial = serial_] {
    if (serial == serial_ && task_) (this->*step)();
  });
}

bool ModelDevice::Hopeless() const { return stage_.world.Now() > task_->bound.expires + 1min; }

void ModelDevice::FetchPlan() {
  if (task_->idle) return Retry({Code::kUnavailable, "idle"}, &ModelDevice::FetchPlan);
  Call<Blob>(
      stage_.site.public_link(), *life_, stage_.site.node(task_->node), kPatience,
      [digest = task_->bound.plan](NodeServer& server, Done<Blob> done) {
        server.node->GetPlan(digest, std::move(done));
      },
      [this, serial = serial_](Result<Blob> plan) {
        if (serial != serial_ || !task_) return;
        if (!plan) return Retry(plan.error(), &ModelDevice::FetchPlan);
        if (Sha256(**plan) != task_->bound.plan) {
          return stage_.history.Violation(Show(task_->bound.round) +
                                          ": a device got another plan than its ticket names");
        }
        Train(*plan);
      });
}

void ModelDevice::Train(const Blob& plan) {
  const Result<Dtype> dtype = ReadPlan(*plan);
  if (!dtype) return stage_.history.Violation("a plan does not read: " + dtype.error().message);
  Rng& chance = stage_.world.Chance();
  const Contribution contribution{task_->bound.round, task_->bound.slot, traits_.id};
  task_->update = std::make_shared<const std::string>(
      task_->spoilt ? MakeSpoiltBytes(*dtype, contribution, task_->ticket.max_weight, chance)
                    : MakeUpdateBytes(*dtype, contribution));
  task_->failures = 0;
  StepIn(FromSeconds(chance.Uniform(Seconds(traits_.min_train), Seconds(traits_.max_train))), &ModelDevice::Upload);
}

void ModelDevice::Upload() {
  if (task_->idle) return Retry({Code::kUnavailable, "idle"}, &ModelDevice::Upload);
  const Duration wait = stage_.world.Chance().Chance(0.5) ? kUploadWait : 0s;
  Call<UploadAnswer>(
      stage_.site.public_link(), *life_, stage_.site.node(task_->node), wait + kPatience,
      [bound = task_->bound, update = task_->update, wait](NodeServer& server, Done<UploadAnswer> done) {
        server.node->Upload(bound.ticket, bound.round, update, wait, std::move(done));
      },
      [this, serial = serial_](const Result<UploadAnswer>& answer) {
        if (serial == serial_ && task_) OnAnswer(answer);
      });
}

void ModelDevice::AskStatus() {
  Call<UploadAnswer>(
      stage_.site.public_link(), *life_, stage_.site.node(task_->node), kUploadWait + kPatience,
      [bound = task_->bound](NodeServer& server, Done<UploadAnswer> done) {
        server.node->UploadStatus(bound.ticket, bound.round, kUploadWait, std::move(done));
      },
      [this, serial = serial_](const Result<UploadAnswer>& answer) {
        if (serial == serial_ && task_) OnAnswer(answer);
      });
}

void ModelDevice::OnAnswer(const Result<UploadAnswer>& answer) {
  if (!answer) return Retry(answer.error(), &ModelDevice::Upload);
  stage_.oracle.DeviceTold(traits_.id, task_->ticket, answer->state, answer->reason, task_->spoilt);
  switch (answer->state) {
    case UploadState::kAccepted:
      if (Hopeless()) return End(TaskOutcome::kFailed);
      return StepIn(500ms, stage_.world.Chance().Chance(0.8) ? &ModelDevice::AskStatus : &ModelDevice::Upload);
    case UploadState::kCommitted:
      return End(TaskOutcome::kCommitted);
    case UploadState::kLate:
      return End(TaskOutcome::kLate);
    case UploadState::kRejected:
      return End(TaskOutcome::kRejected);
  }
}

void ModelDevice::Retry(const Error& error, void (ModelDevice::*step)()) {
  if (Hopeless()) return End(TaskOutcome::kFailed);
  switch (error.code) {
    case Code::kUnauthenticated:
      if (stage_.world.Now() <= task_->bound.expires) {
        stage_.history.Violation(Show(task_->bound.round) + ": a good ticket was refused: " + error.message);
      }
      return End(TaskOutcome::kFailed);
    case Code::kNotFound:
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kResourceExhausted:
      break;
    default:
      stage_.history.Violation(Show(task_->bound.round) +
                               ": a device was refused: " + std::string(CodeName(error.code)) + " " + error.message);
      return End(TaskOutcome::kFailed);
  }
  Rng& chance = stage_.world.Chance();
  if (++task_->failures > kPatientFailures &&
      stage_.faults.Strikes(stage_.faults.plan().wander, "device_wanders", chance)) {
    task_->node = chance.Below(stage_.site.nodes());
  }
  if (stage_.faults.calm()) task_->node = stage_.site.LeafAt(task_->bound.leaf);
  StepIn(FromSeconds(chance.Uniform(0.2, 1.5)), step);
}

void ModelDevice::End(TaskOutcome outcome) {
  ++serial_;
  reports_.push_back({task_->bound.ticket, outcome});
  ended_[task_->bound.ticket] = outcome;
  task_.reset();
  TalkIn(FromSeconds(stage_.world.Chance().Uniform(0, 1)));
}

}  // namespace propius
