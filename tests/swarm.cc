// A long campaign of simulated faults: `swarm FIRST LAST` runs these seeds and prints what they went through; every
// failing seed is one line, and the exit code is 1 if there is any. `swarm FIRST LAST small_batch` runs them in
// small-batch mode, each with one of all policies.
#include "sim/swarm.h"

#include <charconv>
#include <cstdio>
#include <cstring>

namespace {

bool ReadSeed(const char* text, std::uint64_t& seed) {
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, seed);
  return error == std::errc() && stop == end;
}

}  // namespace

int main(int argc, char** argv) {
  propius::SwarmOptions options;
  const bool small_batch = argc == 4 && std::strcmp(argv[3], "small_batch") == 0;
  if (small_batch) options.make = propius::MakeBatched;
  if ((argc != 3 && !small_batch) || !ReadSeed(argv[1], options.first_seed) || !ReadSeed(argv[2], options.last_seed)) {
    std::fprintf(stderr, "usage: swarm FIRST LAST [small_batch]    (seeds, whole numbers)\n");
    return 2;
  }
  const propius::SwarmReport report = propius::RunSwarm(options);
  for (const std::string& failure : report.failures) std::printf("%s\n", failure.c_str());
  std::printf("seeds %llu, virtual hours %.1f, rounds %llu, binds %llu, faults %llu, kills %llu, failures %zu\n",
              static_cast<unsigned long long>(report.seeds), report.virtual_hours,
              static_cast<unsigned long long>(report.rounds), static_cast<unsigned long long>(report.binds),
              static_cast<unsigned long long>(report.faults), static_cast<unsigned long long>(report.kills),
              report.failures.size());
  return report.good() ? 0 : 1;
}
