// A job as docs/protocol.md has it: registers, then round by round asks for devices, publishes its plan and waits for
// the aggregate, every call again until it is answered.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/contribution.h"
#include "sim/stage.h"

namespace propius {

struct JobTraits {
  TenantId tenant = "default";
  JobSpec spec;
  Duration start{};
  Duration max_think = 2s;  // between rounds
  bool calm = false;        // its rounds are asked for when nothing goes wrong any more
};

class ModelJob {
 public:
  ModelJob(Stage stage, JobTraits traits);
  ~ModelJob();

  void Start();
  // Says nothing any more.
  void Abandon();

  bool finished() const { return step_ == "finished"; }
  bool abandoned() const { return !life_ || !life_->alive(); }
  JobId id() const { return id_; }
  // Of the latest round.
  RoundKey key() const { return {id_, round_}; }
  const std::string& token() const { return grant_.token; }
  // What it waits for, for people.
  std::string Where() const { return traits_.spec.name + " round " + std::to_string(round_.value) + ": " + step_; }

 private:
  void Register();
  void NextRound();
  void Request();
  void OnGrant(const RoundGrant& grant);
  // As a stream: it ends with the round or with the control process.
  void Watch();
  void Publish();
  void Await();
  void OnAggregate(const Result<Aggregate>& aggregate);
  // The root does not know the round: has the control plane ended it without?
  void AskControl();
  void EndEarly();
  void Finish();

  // Runs `step` after a while, in this life.
  void Later(Duration delay, void (ModelJob::*step)());
  // True for an error that says nothing of whether the call was served.
  static bool Unclear(const Error& error);
  JobCaller Caller(const std::string& call) const;

  Stage stage_;
  JobTraits traits_;
  std::unique_ptr<Life> life_;
  Dtype dtype_;
  std::string step_ = "starting";
  JobId id_;
  RoundNumber round_;
  std::uint32_t rounds_done_ = 0;
  std::uint32_t attempt_ = 0;  // of the request of a round
  Blob plan_;
  RoundGrant grant_;
  bool published_ = false;
};

}  // namespace propius
