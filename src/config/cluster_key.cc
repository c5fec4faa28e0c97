#include "config/cluster_key.h"

#include <filesystem>
#include <string>

#include "base/crypto.h"
#include "base/real_runtime.h"
#include "config/files.h"

namespace propius {
namespace {

constexpr std::size_t kSecretBytes = 32;

Status MakeKey(const ServeConfig& config) {
  for (const char* store : {"control.db", "root.db"}) {
    if (!std::filesystem::exists(config.data_dir / store)) continue;
    return Fail(Code::kFailedPrecondition, config.secret_file.string() + ": expected the key that belongs to " + store +
                                               " beside it, got none: restore it, for a new one would void every "
                                               "ticket and token, or start with an empty data_dir");
  }
  return WriteSecretFile(config.secret_file, ToHex(SecretFromSystem()) + "\n");
}

}  // namespace

Result<Sealer> OpenSealer(const ServeConfig& config) {
  const bool made_here = config.secret_file == config.data_dir / "cluster.key";
  if (made_here && !std::filesystem::exists(config.secret_file)) {
    if (const Status made = MakeKey(config); !made) return tl::unexpected(made.error());
  }
  const Result<std::string> text = ReadFile(config.secret_file);
  if (!text) return tl::unexpected(text.error());
  const Result<std::string> secret = FromHex(text->substr(0, text->find_last_not_of(" \n") + 1));
  if (!secret || secret->size() < kSecretBytes) {
    return Fail(Code::kInvalidArgument, config.secret_file.string() + ": expected at least " +
                                            std::to_string(2 * kSecretBytes) + " lower-case hex digits");
  }
  return Sealer(*secret);
}

}  // namespace propius
