// The job file, and the server's configuration: text that somebody wrote by hand.
#include "config/job_file.h"
#include "config/serve_config.h"
#include "fuzz.h"

using namespace propius;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const Result<JobFile> file = ParseJobFile(text, "job.toml")) {
    CHECK(Validate(file->spec));
  } else {
    CHECK(!file.error().message.empty());
  }
  if (const Result<ServeConfig> config = ParseServeConfig(text, "propius.toml", "/", {})) {
    const Result<ServeConfig> again = ParseServeConfig(config->in_force, "in force", "/", {});
    // Hidden tokens are too short to be read again; everything else reads as itself.
    if (config->tenants.empty()) CHECK(again && again->in_force == config->in_force);
  }
  return 0;
}
