// Keeps torch and the libraries under it to the thread that calls them.
#pragma once

namespace propius {

// Dozens of agents share a machine: each trains on its own thread and starts no pools. To be called by every thread
// that computes, before it does; costs nothing when called again.
void ComputeOnThisThreadOnly();

}  // namespace propius
