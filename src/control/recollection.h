// After a restart the experience of rounds is told again from the book, as far as the book knows it.
#pragma once

#include "control/job_book.h"
#include "scheduling/experience.h"

namespace propius {

// Tells of the latest closed round and of the open round of every unfinished job. Devices' speeds are not in the book:
// their task times stay unknown. When a bind was settled neither; it is told at the end of its round, or now.
void Recollect(const JobBook& book, Experience& experience, Time now);

}  // namespace propius
