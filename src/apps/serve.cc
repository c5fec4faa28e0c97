#include <iostream>

#include "apps/site.h"
#include "apps/stop_signal.h"
#include "apps/verbs.h"
#include "base/event.h"
#include "config/serve_config.h"

namespace propius {
namespace {

constexpr Duration kDrainLimit = 8s;

Result<std::vector<ConfigOverride>> ReadFlags(const ServeVerb& verb) {
  std::vector<ConfigOverride> flags;
  for (const std::string& set : verb.sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || set.find('.') > equals) {
      return Fail(Code::kInvalidArgument, "--set: expected table.key=value, got \"" + set + "\"");
    }
    flags.push_back({set.substr(0, equals), set.substr(equals + 1), "--set"});
  }
  if (!verb.roles.empty()) {
    std::string list = "[\"";
    for (const char c : verb.roles) list += c == ',' ? std::string("\", \"") : std::string(1, c);
    flags.push_back({"server.roles", list + "\"]", "--role"});
  }
  return flags;
}

}  // namespace

int Serve(const ServeVerb& verb) {
  const auto flags = ReadFlags(verb);
  if (!flags) return Complain(flags.error());
  const Result<ServeConfig> config = ReadServeConfig(verb.config, *flags);
  if (!config) return Complain(config.error());
  if (verb.print_config) {
    std::cout << config->in_force;
    return 0;
  }
  auto site = Site::Open(*config);
  if (!site) return Complain(site.error());
  while (!WaitForStop(1h)) {
  }
  Event(Severity::kInfo, "draining");
  (*site)->Drain(kDrainLimit);
  site->reset();
  Event(Severity::kInfo, "stopped");
  return 0;
}

}  // namespace propius
