// What the experiments' tables have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync_sim/experiment.h"

namespace propius {

// The run of this scheme in this group; null if there is none.
const SyncRun* FindRun(const std::vector<SyncRun>& runs, std::string_view group, std::string_view scheme);
// In the order of their first run.
std::vector<std::string> GroupsOf(const std::vector<SyncRun>& runs);
std::vector<std::string> SchemesOf(const std::vector<SyncRun>& runs);

// "1,095 s", "> 40,000 s" if it was not reached, "diverged".
std::string ShowTime(const SyncRun* run);
// How much less time `ours` took than `theirs`: "-73 %"; "–" if one of them did not get there.
std::string ShowSaving(const SyncRun* ours, const SyncRun* theirs);
// NaN where it cannot be said.
double Saving(const SyncRun* ours, const SyncRun* theirs);
std::string ShowSignedPercent(double share);

// Schemes down, groups across: times to the goal.
Table TimesByGroup(const std::vector<SyncRun>& runs, const std::string& title, const std::string& caption);
// One bar per scheme in each group.
Figure TimeBars(const std::vector<SyncRun>& runs, const std::string& title, const std::string& caption);
// One curve per run of this group (all, if it is empty), the loss or else the accuracy.
Figure Curves(const std::vector<SyncRun>& runs, std::string_view group, bool loss);
Figure WaitingBars(const std::vector<SyncRun>& runs, const std::string& title);

// The plan of every scheme in every variant of the settings.
struct Variant {
  std::string group;
  RunSettings settings;
};
std::vector<PlannedRun> Cross(const std::vector<Variant>& variants, const std::vector<std::string>& schemes);

// What every comparison at one learning rate must be read with.
std::string EqualRateRemark();

}  // namespace propius
