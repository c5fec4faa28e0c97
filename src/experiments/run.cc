#include "experiments/run.h"

namespace propius {

std::string_view RulesName(EventRules rules) { return rules == EventRules::kReleased ? "released" : "production"; }

std::uint32_t Unfinished(const RunRecord& record) {
  return static_cast<std::uint32_t>(record.jobs.size()) - record.finished();
}

}  // namespace propius
