// Findings as they stand in summary.json.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "experiments/findings.h"

namespace propius {

nlohmann::ordered_json FindingsToJson(const Findings& findings);
// Throws what the JSON library throws on values of another type; the caller reads foreign text.
Findings FindingsFromJson(const nlohmann::ordered_json& json);

}  // namespace propius
