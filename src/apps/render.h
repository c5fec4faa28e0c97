// The report page of each kind of results.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace propius {

Status RenderDemo(const std::filesystem::path& folder);
Status RenderSimulation(const std::filesystem::path& folder);

}  // namespace propius
