#include "control/recollection.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace propius {
namespace {

class Chronicle {
 public:
  Chronicle(Experience& experience, Time now) : experience_(experience), now_(now) {}

  void Add(const JobBook& book, const Round& round) {
    const RoundKey key = round.terms.key();
    Note(round.requested_at, [this, &round, key] {
      const std::uint32_t target = round.terms.sync ? round.terms.slots : round.terms.target;
      experience_.RoundOpened(key, round.terms.slots, target, round.terms.deadline, round.requested_at);
    });
    const Time end = round.closed_at.value_or(now_);
    for (const Binding* binding : book.BindingsOf(key)) {
      const Time at = std::min(binding->bound_at, end);
      Note(at, [this, key, binding, at] { experience_.Bound(key, binding->slot, std::nullopt, at); });
      if (binding->state == BindState::kReported && !round.terms.sync) {
        Note(end, [this, key, binding, end] { experience_.Reported(key, binding->slot, end); });
      } else if (binding->state != BindState::kLive && binding->state != BindState::kEnded) {
        Note(end, [this, key, binding, end] { experience_.Lost(key, binding->slot, end); });
      }
    }
    if (!round.closed()) return;
    Note(end,
         [this, &round, key, end] { experience_.RoundClosed(key, round.outcome == RoundOutcome::kCompleted, end); });
  }

  // In order of time; what was noted first comes first at one instant.
  void Tell() {
    std::ranges::stable_sort(events_, {}, &std::pair<Time, std::function<void()>>::first);
    for (const auto& [at, tell] : events_) tell();
  }

 private:
  void Note(Time at, std::function<void()> tell) { events_.emplace_back(std::min(at, now_), std::move(tell)); }

  Experience& experience_;
  Time now_;
  std::vector<std::pair<Time, std::function<void()>>> events_;
};

}  // namespace

void Recollect(const JobBook& book, Experience& experience, Time now) {
  Chronicle chronicle(experience, now);
  for (const auto& [id, job] : book.jobs()) {
    const Round* current = book.CurrentRound(id);
    if (job.state == JobState::kFinished || current == nullptr) continue;
    const RoundNumber number = current->terms.round;
    if (!current->closed() && number.value > 1) chronicle.Add(book, *book.FindRound({id, {number.value - 1}}));
    chronicle.Add(book, *current);
  }
  chronicle.Tell();
}

}  // namespace propius
