// One server process: built on a life, killed at any moment, built again from what its disk kept.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sim/virtual_runtime.h"

namespace propius {

class ServerProcess {
 public:
  ServerProcess(VirtualRuntime& world, std::string name) : world_(world), name_(std::move(name)) {}
  virtual ~ServerProcess() = default;
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const std::string& name() const { return name_; }
  bool alive() const { return !lives_.empty() && lives_.back()->alive(); }
  // The present life, or the last one.
  Life& life() { return *lives_.back(); }
  std::size_t starts() const { return lives_.size(); }
  // When the present life began, or the last one.
  Time started() const { return started_; }

  // On a new life; the process must be dead. Fails as its parts do, and is dead then.
  Status Start();
  void Kill();
  void PauseFor(Duration span);
  // For how long of [from, now] the process could work.
  Duration UpSince(Time from) const;

 protected:
  virtual Status Build(Life& life) = 0;
  virtual void Drop() = 0;

 private:
  struct Span {
    Time begin;
    Time end;
  };
  void Down(Time until);

  VirtualRuntime& world_;
  std::string name_;
  Time started_;
  std::vector<std::unique_ptr<Life>> lives_;  // dead ones too: late destructors may still look at their clock
  std::vector<Span> down_;                    // in order, without overlap
};

template <typename Server>
class ProcessOf final : public ServerProcess {
 public:
  using Builder = std::function<Result<std::unique_ptr<Server>>(Life&)>;

  ProcessOf(VirtualRuntime& world, std::string name, Builder builder)
      : ServerProcess(world, std::move(name)), builder_(std::move(builder)) {}
  ~ProcessOf() override { Kill(); }

  // Null while dead.
  Server* server() { return server_.get(); }

 private:
  Status Build(Life& life) override {
    Result<std::unique_ptr<Server>> built = builder_(life);
    if (!built) return tl::unexpected(built.error());
    server_ = *std::move(built);
    return {};
  }
  void Drop() override { server_.reset(); }

  Builder builder_;
  std::unique_ptr<Server> server_;
};

}  // namespace propius
