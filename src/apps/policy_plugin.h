// Policies from shared libraries (scheduling/policy_plugin.h).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scheduling/policy_plugin.h"

namespace propius {

// Nothing if a library that was built with `theirs` can be used here; else what was expected and what came.
Status CheckPolicyAbi(const PolicyAbi& theirs, const PolicyAbi& ours = kPolicyAbi);

// Adds the policies of a library; it stays loaded until the process ends. Fails, and adds none, on what is not a
// library or exports no policies, on one of another version or another layout, and if it throws, adds nothing, or takes
// a name that is taken. A policy that throws later is an error event, and its plan is that of fifo.
Status AddPluginPolicies(PolicyRegistry& registry, const std::filesystem::path& library);
Status AddPluginPolicies(PolicyRegistry& registry, const std::vector<std::string>& libraries);

}  // namespace propius
