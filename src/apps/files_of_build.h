// Where a build keeps what the binary uses by default.
#pragma once

#include <filesystem>

#include "config/files.h"

namespace propius {

// build/data/mnist, seen from build/<preset>/bin/propius.
inline std::filesystem::path DefaultMnist() { return ExecutableFolder() / "../../data/mnist"; }

// Beside it, as `./run fashion` leaves it.
inline std::filesystem::path DefaultFashion() { return ExecutableFolder() / "../../data/fashion"; }

}  // namespace propius
