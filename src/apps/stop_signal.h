// SIGTERM and SIGINT as something to wait for.
#pragma once

#include "base/time.h"

namespace propius {

// On the main thread, before any other of ours starts: from then on the signals wait for its WaitForStop, and a closed
// pipe is an error of write().
void HoldStopSignals();
// True once a signal came; else false after the limit. Once true, always true.
bool WaitForStop(Duration limit);

}  // namespace propius
