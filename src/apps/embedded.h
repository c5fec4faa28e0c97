// Files of the source tree that the binary carries.
#pragma once

#include <string_view>

namespace propius {

extern const std::string_view kAndroidDevicesCsv;  // data/android_devices.csv
extern const std::string_view kCnnJob;             // examples/jobs/digits-cnn.toml
extern const std::string_view kMlpJob;             // examples/jobs/digits-mlp.toml
extern const std::string_view kParityJob;          // examples/jobs/parity.toml
extern const std::string_view kAsynchronousJob;    // examples/jobs/digits-adsp.toml

}  // namespace propius
