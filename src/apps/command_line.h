// The one binary's flags (CLI11).
#pragma once

namespace propius {

// Runs the verb that the arguments name; answers the exit code.
int RunCommandLine(int argc, char** argv);

}  // namespace propius
