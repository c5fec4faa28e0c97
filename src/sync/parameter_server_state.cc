#include "sync/parameter_server.h"

namespace propius {
namespace {

constexpr std::uint8_t kFormat = 1;
// At least what a worker takes, and room for the rest and for what an owner puts in front of the state.
constexpr std::size_t kWorkerBytes = 96;
constexpr std::size_t kSlackBytes = 64 << 10;

void SaveWorker(Packer& to, const WorkerClock& worker) {
  to.U64(worker.id).U8(worker.active).U8(worker.waiting).U8(worker.held);
  to.U64(worker.commits).U64(worker.clock).U64(worker.steps).U64(worker.pulled_version).U64(worker.seen_lowest);
  to.I64(worker.step_time.count()).I64(worker.commit_time.count()).U32(worker.batch).F64(worker.loss);
}

WorkerClock LoadWorker(Unpacker& from) {
  WorkerClock worker;
  worker.id = from.U64();
  worker.active = from.U8() != 0;
  worker.waiting = from.U8() != 0;
  worker.held = from.U8() != 0;
  worker.commits = from.U64();
  worker.clock = from.U64();
  worker.steps = from.U64();
  worker.pulled_version = from.U64();
  worker.seen_lowest = from.U64();
  worker.step_time = Duration(from.I64());
  worker.commit_time = Duration(from.I64());
  worker.batch = from.U32();
  worker.loss = from.F64();
  return worker;
}

}  // namespace

std::string ParameterServer::Save() const {
  Packer to;
  to.Reserve((parameters_.size() + velocity_.size() + remembered_.size()) * sizeof(float) +
             workers_.size() * kWorkerBytes + kSlackBytes);
  to.U8(kFormat).Text(model_->name()).U64(version_).I64(ToMicros(next_tick_));
  PackFloats(to, parameters_);
  PackFloats(to, velocity_);
  PackFloats(to, remembered_);
  to.U32(static_cast<std::uint32_t>(workers_.size()));
  for (const auto& [id, worker] : workers_) SaveWorker(to, worker);
  held_.Save(to);
  model_->Save(to);
  return to.Take();
}

Status ParameterServer::Load(std::string_view bytes) {
  Unpacker from(bytes);
  if (const std::uint8_t format = from.U8(); format != kFormat) {
    return Fail(Code::kInvalidArgument, "parameter server: expected a state of format " + std::to_string(kFormat) +
                                            ", got " + std::to_string(format));
  }
  if (const std::string name = from.Text(); name != model_->name()) {
    return Fail(Code::kInvalidArgument,
                "parameter server: expected the state of \"" + std::string(model_->name()) + "\", got another model's");
  }
  version_ = from.U64();
  next_tick_ = FromMicros(from.I64());
  const std::size_t size = parameters_.size();
  parameters_ = UnpackFloats(from);
  std::vector<float> velocity = UnpackFloats(from);
  remembered_ = UnpackFloats(from);
  workers_.clear();
  for (std::uint32_t left = from.U32(); left > 0 && !from.Failed(); --left) {
    const WorkerClock worker = LoadWorker(from);
    workers_[worker.id] = worker;
  }
  held_.Load(from);
  model_->Load(from);
  releases_.clear();
  if (Status whole = from.Finish("state of a parameter server"); !whole) return whole;
  if (parameters_.size() != size || velocity.size() != velocity_.size() ||
      (!remembered_.empty() && remembered_.size() != size) || !held_.AllOf(size)) {
    return Fail(Code::kInvalidArgument,
                "parameter server: expected the state of " + std::to_string(size) + " parameters, got another number");
  }
  velocity_ = std::move(velocity);
  return {};
}

}  // namespace propius
