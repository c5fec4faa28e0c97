// A device as docs/protocol.md has it: checks in, decides on private attributes, accepts, fetches, trains, uploads
// until it is told what became of it, reports; and fails in the ways that devices do.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/contribution.h"
#include "sim/stage.h"

namespace propius {

struct DeviceTraits {
  DeviceId id;
  Attributes shared;
  Attributes secret;
  Duration min_train = 1s;
  Duration max_train = 20s;
  bool idle = false;  // never does anything with a task, until it recovers
};

class ModelDevice {
 public:
  ModelDevice(Stage stage, DeviceTraits traits) : stage_(stage), traits_(std::move(traits)) {}
  ~ModelDevice();

  // With an empty memory; only its id outlasts it.
  void Boot(Duration delay);
  void Die();
  // From now on it is well; boots if it was gone.
  void Recover();

  DeviceId id() const { return traits_.id; }
  bool on() const { return life_ && life_->alive(); }
  bool idle() const { return !task_; }

 private:
  struct TaskAtHand {
    Bound bound;
    Ticket ticket;  // for the oracle; a real device cannot open it
    Blob update = nullptr;
    std::size_t node = 0;  // where it turns to
    std::uint32_t failures = 0;
    bool trained = false;
    bool spoilt = false;
    bool mute = false;
    bool idle = false;
  };

  // Talks to the client manager; one conversation at a time.
  void TalkIn(Duration delay);
  void Talk();
  void CheckIn();
  void Ping();
  void OnGreeting(Result<Greeting> greeting, std::size_t reported);
  void Consider(const std::vector<Offer>& offers, std::size_t next, Duration retry_after);
  void Accept(const Offer& offer, const std::string& nonce, int tries, std::function<void()> refused);
  bool Wants(const Offer& offer) const { return offer.private_needs.Admits(traits_.secret); }

  // Works on the task. Every step belongs to the task that `serial_` numbers, and ends with it.
  void Begin(const Bound& bound);
  void StepIn(Duration delay, void (ModelDevice::*step)());
  void FetchPlan();
  void Train(const Blob& plan);
  void Upload();
  void AskStatus();
  void OnAnswer(const Result<UploadAnswer>& answer);
  void Retry(const Error& error, void (ModelDevice::*step)());
  void End(TaskOutcome outcome);
  bool Hopeless() const;

  Stage stage_;
  DeviceTraits traits_;
  std::unique_ptr<Life> life_;
  std::vector<std::unique_ptr<Life>> past_lives_;
  std::map<RoundKey, bool> spoils_;  // a device that spoils does so whenever it works for the round
  bool vanished_ = false;

  // Its memory.
  bool known_ = false;  // checked in and not told otherwise
  std::uint64_t talk_ = 0;
  std::uint64_t serial_ = 0;
  std::uint64_t nonces_ = 0;
  std::optional<TaskAtHand> task_;
  std::vector<TaskReport> reports_;
  std::map<std::string, TaskOutcome> ended_;  // by ticket
};

}  // namespace propius
