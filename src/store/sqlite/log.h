// A look at a write-ahead log before SQLite trusts it. SQLite ends a log at the first frame that fails its checksum:
// right for a commit that a crash cut off, but a damaged frame would silently take all later commits with it.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace propius {

enum class LogTail {
  kWhole,    // every frame of the log belongs to it
  kTorn,     // the last commit is not whole: a crash cut it off, or it was damaged
  kDamaged,  // a commit that others followed is not whole
};

// An absent or empty log is whole. Fails if the file cannot be read.
Result<LogTail> InspectLog(const std::filesystem::path& log);

}  // namespace propius
