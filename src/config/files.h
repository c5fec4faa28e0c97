// Whole files, read and written with one clear error.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace propius {

Result<std::string> ReadFile(const std::filesystem::path& path);
// Writes beside and renames, so that a reader sees the old or the new file whole, and so does a start after a power
// cut.
Status WriteFile(const std::filesystem::path& path, std::string_view bytes);
// Only the owner may read it.
Status WriteSecretFile(const std::filesystem::path& path, std::string_view bytes);
Status MakeFolder(const std::filesystem::path& path);
// The folder of this executable, links resolved.
std::filesystem::path ExecutableFolder();

}  // namespace propius
