#include "control/offers.h"

#include <algorithm>

namespace propius {
namespace {

enum class Verdict : char { kUnknown, kEligible, kNot };

}  // namespace

std::vector<Offer> MakeOffers(const Lineup& lineup, const JobBook& book, DeviceId device, const Attributes& attributes,
                              std::size_t max) {
  std::vector<Offer> offers;
  std::vector<Verdict> verdicts(lineup.needs.size(), Verdict::kUnknown);
  const auto eligible = [&](std::size_t needs) {
    Verdict& verdict = verdicts[needs];
    if (verdict == Verdict::kUnknown) {
      verdict = lineup.needs[needs].Admits(attributes) ? Verdict::kEligible : Verdict::kNot;
    }
    return verdict == Verdict::kEligible;
  };
  const auto offered = [&](const RoundKey& key) {
    return std::ranges::any_of(offers, [&](const Offer& offer) { return offer.round == key; });
  };
  for (const Lineup::Queue& queue : lineup.queues) {
    if (offers.size() >= max) break;
    if (!queue.admits.Admits(attributes)) continue;
    for (const auto& [key, needs] : queue.places) {
      if (offers.size() >= max) break;
      if (!eligible(needs)) continue;
      const Round* round = book.FindRound(key);
      if (round == nullptr || !round->open() || book.HadSlot(key, device) || offered(key)) continue;
      offers.push_back({key, book.FindJob(key.job)->spec.private_needs});
    }
  }
  return offers;
}

}  // namespace propius
