// The way between two parties of a simulated site: a message on it may come late, out of order, twice or never.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "sim/fault.h"
#include "sim/server_process.h"
#include "sim/virtual_runtime.h"

namespace propius {

enum class Way { kThere, kBack };

class Link {
 public:
  Link(VirtualRuntime& world, Faults& faults) : world_(world), faults_(faults) {}

  // Runs `deliver` after a while; as the faults will, twice or not at all.
  void Carry(Way way, Task deliver);
  // Loses everything until then.
  void CutFor(Duration span) { whole_again_ = world_.Now() + span; }
  // Loses every message for which this says so; for tests that aim.
  void LoseIf(std::function<bool(Way)> lose) { lose_if_ = std::move(lose); }

  VirtualRuntime& world() { return world_; }

 private:
  void DeliverLater(Task deliver);

  VirtualRuntime& world_;
  Faults& faults_;
  Time whole_again_;
  std::function<bool(Way)> lose_if_;
};

// Calls a server over a link. `serve` runs in the server's life for each copy of the request that arrives; `done` runs
// once in the caller's, with the first answer that comes back: kUnavailable from a process that is down,
// kDeadlineExceeded after `timeout`. Neither means that the call was not served.
template <typename T, typename Server>
void Call(Link& link, const Life& caller, ProcessOf<Server>& to, Duration timeout,
          std::type_identity_t<std::function<void(Server&, Done<T>)>> serve, std::type_identity_t<Done<T>> done) {
  using Letter = std::shared_ptr<Result<T>>;
  const auto answer = [waiting = std::make_shared<Done<T>>(std::move(done))](const Letter& letter) {
    if (Done<T> first = std::exchange(*waiting, nullptr)) first(*letter);
  };
  const Life::Guardian caller_guards = caller.guardian();
  const auto reply = [&link, answer, caller_guards](const Letter& letter) {
    link.Carry(Way::kBack, caller_guards([answer, letter] { answer(letter); }));
  };
  link.world().After(
      timeout, caller_guards([answer, name = to.name()] {
        answer(std::make_shared<Result<T>>(Fail(Code::kDeadlineExceeded, name + " did not answer in time")));
      }));
  link.Carry(Way::kThere, [&to, serve = std::move(serve), reply] {
    if (!to.alive()) return reply(std::make_shared<Result<T>>(Fail(Code::kUnavailable, to.name() + " is down")));
    to.life().Post([&to, serve, reply, server_guards = to.life().guardian()] {
      serve(*to.server(), [reply, server_guards](Result<T> result) {
        server_guards([&] { reply(std::make_shared<Result<T>>(std::move(result))); })();
      });
    });
  });
}

}  // namespace propius
