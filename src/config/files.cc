#include "config/files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace propius {
namespace {

tl::unexpected<Error> SystemError(const std::filesystem::path& path, const std::string& wish) {
  const Code code = errno == ENOENT ? Code::kNotFound : errno == EACCES ? Code::kPermissionDenied : Code::kUnavailable;
  return Fail(code, path.string() + ": expected to " + wish + ": " + std::strerror(errno));
}

// A new name is durable when its folder is.
bool SyncFolder(const std::filesystem::path& folder) {
  const int file = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = fsync(file) == 0;
  close(file);
  return synced;
}

Status Write(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
  const std::filesystem::path beside = path.string() + ".new";
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return SystemError(beside, "write it");
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const auto error = SystemError(beside, "write it");
      close(file);
      unlink(beside.c_str());
      return error;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool synced = fsync(file) == 0;
  if (close(file) != 0 || !synced || rename(beside.c_str(), path.c_str()) != 0) {
    const auto error = SystemError(path, "write it");
    unlink(beside.c_str());
    return error;
  }
  if (!SyncFolder(path.parent_path())) return SystemError(path.parent_path(), "make a file in it durable");
  return {};
}

}  // namespace

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return Fail(Code::kInvalidArgument, path.string() + ": expected a file, got a folder");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return SystemError(path, "read it");
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return SystemError(path, "read it");
  return bytes;
}

Status WriteFile(const std::filesystem::path& path, std::string_view bytes) { return Write(path, bytes, 0644); }

Status WriteSecretFile(const std::filesystem::path& path, std::string_view bytes) { return Write(path, bytes, 0600); }

Status MakeFolder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Fail(Code::kUnavailable, path.string() + ": expected to make the folder: " + error.message());
  return {};
}

std::filesystem::path ExecutableFolder() { return std::filesystem::canonical("/proc/self/exe").parent_path(); }

}  // namespace propius
