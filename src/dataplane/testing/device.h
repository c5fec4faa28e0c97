// A device as the protocol wants it: keeps its update and sends it, to one leaf or another, until it hears that it is
// committed, late or rejected.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/testing/cluster.h"

namespace propius {

class Device {
 public:
  // `node` gives the node to try next; null if that one is down.
  Device(Cluster& cluster, Ticket ticket, Blob update, std::function<Node*()> node)
      : state_(std::make_shared<State>(
            State{cluster, std::move(ticket), std::move(update), std::move(node), std::nullopt, 0})) {}

  void Start() { Try(state_); }
  std::uint32_t slot() const { return state_->ticket.slot.value; }
  const std::optional<UploadAnswer>& end() const { return state_->end; }

 private:
  struct State {
    Cluster& cluster;
    Ticket ticket;
    Blob update;
    std::function<Node*()> node;
    std::optional<UploadAnswer> end;
    int tries = 0;
  };

  static void Try(const std::shared_ptr<State>& state) {
    if (state->end) return;
    const int number = ++state->tries;
    Cluster& cluster = state->cluster;
    // A node that dies never answers, so the next try does not depend on this one.
    cluster.world.After(Pause(cluster), [state] { Try(state); });
    Node* const node = state->node();
    if (node == nullptr || cluster.world.Chance().Chance(cluster.weather.lost)) return;
    const auto heard = [state](const Result<UploadAnswer>& answer) {
      if (state->cluster.world.Chance().Chance(state->cluster.weather.lost)) return;
      if (!answer || answer->state == UploadState::kAccepted) return;
      if (!state->end) state->end = *answer;
    };
    const std::string ticket = cluster.sealer.Seal(state->ticket);
    if (number % 4 == 3) {
      node->UploadStatus(ticket, state->ticket.round, 1s, heard);
    } else {
      node->Upload(ticket, state->ticket.round, state->update, 2s, heard);
    }
  }

  static Duration Pause(Cluster& cluster) {
    return 200ms + Duration(static_cast<Duration::rep>(cluster.world.Chance().Below(2'000'000)));
  }

  std::shared_ptr<State> state_;
};

}  // namespace propius
