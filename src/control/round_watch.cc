#include "control/round_watch.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace propius {
namespace {

constexpr std::size_t kMostWatchersOfRound = 64;
constexpr std::size_t kMostWatchers = 10'000;

struct Seat {
  RoundWatch::Watcher watcher;
  bool left = false;
};

}  // namespace

struct RoundWatch::State : std::enable_shared_from_this<State> {
  using Seats = std::vector<std::shared_ptr<Seat>>;

  State(Runtime& runtime_in, JobBook& book_in) : runtime(runtime_in), book(book_in) {}

  // The status is taken now and told when it is durable, so that nobody hears of what a crash could take back.
  void Tell(const RoundKey& key, const Seats& whom) {
    const Round* round = book.FindRound(key);
    const Job* job = book.FindJob(key.job);
    if (round == nullptr || job == nullptr) return;
    RoundStatus status{*job, *round};
    book.WhenDurable([weak = weak_from_this(), key, whom, status = std::move(status)] {
      if (const auto state = weak.lock()) state->Deliver(key, whom, status);
    });
  }

  void Deliver(const RoundKey& key, const Seats& whom, const RoundStatus& status) {
    for (const auto& seat : whom) {
      if (seat->left) continue;
      // Left before it is called: a watcher may end the round.
      seat->left = status.round.closed();
      if (!seat->watcher(status)) seat->left = true;
    }
    const auto found = seats.find(key);
    if (found == seats.end()) return;
    count -= std::erase_if(found->second, [](const auto& seat) { return seat->left; });
    if (found->second.empty()) seats.erase(found);
  }

  Runtime& runtime;
  JobBook& book;
  std::map<RoundKey, Seats> seats;
  std::set<RoundKey> changed;
  std::size_t count = 0;
};

RoundWatch::RoundWatch(Runtime& runtime, JobBook& book) : state_(std::make_shared<State>(runtime, book)) {}

void RoundWatch::Add(const RoundKey& round, Watcher watcher) {
  State::Seats& of_round = state_->seats[round];
  if (of_round.size() >= kMostWatchersOfRound || state_->count >= kMostWatchers) {
    if (of_round.empty()) state_->seats.erase(round);
    watcher(Fail(Code::kResourceExhausted, Show(round) + ": expected fewer watchers; ask for the job instead"));
    return;
  }
  auto seat = std::make_shared<Seat>(Seat{std::move(watcher)});
  of_round.push_back(seat);
  state_->count += 1;
  state_->Tell(round, {std::move(seat)});
}

void RoundWatch::Changed(const RoundKey& round) {
  if (!state_->seats.contains(round)) return;
  if (!state_->changed.insert(round).second) return;
  state_->runtime.Post([weak = std::weak_ptr(state_), round] {
    const auto state = weak.lock();
    if (!state) return;
    state->changed.erase(round);
    const auto found = state->seats.find(round);
    if (found != state->seats.end()) state->Tell(round, State::Seats(found->second));
  });
}

}  // namespace propius
