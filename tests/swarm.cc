// A long campaign of simulated faults: `swarm FIRST LAST` runs these seeds and prints what they went through; every
// failing seed is one line, and the exit code is 1 if there is any.
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
  if (argc != 3 || !ReadSeed(argv[1], options.first_seed) || !ReadSeed(argv[2], options.last_seed)) {
    std::fprintf(stderr, "usage: swarm FIRST LAST    (seeds, whole numbers)\n");
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
