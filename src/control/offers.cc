#include "control/offers.h"

namespace propius {

std::vector<Offer> MakeOffers(Dispatcher& dispatcher, const JobBook& book, DeviceId device, const Profile& profile,
                              std::size_t max) {
  std::vector<Offer> offers;
  if (max == 0) return offers;
  // Most devices have had no slot of any round that is not closed.
  const bool is_known = book.HadAnySlot(device);
  dispatcher.Match(device, profile, [&](const Dispatcher::Place& place) {
    if (is_known && book.HadSlot(place.key, device)) return false;
    offers.push_back({place.key, place.job->spec.private_needs, place.job->spec.sync.has_value()});
    return offers.size() >= max;
  });
  return offers;
}

}  // namespace propius
