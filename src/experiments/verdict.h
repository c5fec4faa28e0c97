// What becomes of a paper's claim.
#pragma once

#include <optional>
#include <string>

#include "experiments/compare.h"

namespace propius {

inline constexpr const char* kAgrees = "agrees";
inline constexpr const char* kDiffers = "differs";
inline constexpr const char* kByLuck = "by luck";
inline constexpr const char* kByDefinition = "by definition";
inline constexpr const char* kNotJudged = "not judged";

// No claim agrees while jobs are unfinished: the averages are of the others, often the quick ones.

// A claim of at least `claimed`: agrees if the mean comes within 5 % of it, is luck if only some seed does.
std::string JudgeAtLeast(const std::optional<OverSeeds>& ours, double claimed);
// A claim of about `claimed`: agrees within `tolerance` of it.
std::string JudgeAbout(const std::optional<OverSeeds>& ours, double claimed, double tolerance = 0.1);
// An aim of our own: at least `aim`, and not by luck.
std::string JudgeAim(const std::optional<OverSeeds>& ours, double aim);

}  // namespace propius
