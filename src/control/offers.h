// Which rounds a device may take, best first.
#pragma once

#include <cstddef>
#include <vector>

#include "control/client_desk.h"
#include "control/dispatcher.h"

namespace propius {

// Walks the plan for a device that holds no task: at most `max` rounds that take devices, that it is eligible for and
// has had no slot of; each once.
std::vector<Offer> MakeOffers(Dispatcher& dispatcher, const JobBook& book, DeviceId device, const Profile& profile,
                              std::size_t max);

}  // namespace propius
