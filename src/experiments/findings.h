// What an experiment found: tables with the papers' figures beside ours, and what became of each claim.
#pragma once

#include <string>
#include <vector>

#include "report/page.h"

namespace propius {

struct Claim {
  std::string what{};
  std::string claimed{};  // as the paper has it, or what we aim at
  std::string ours{};     // as we measured it
  std::string verdict{};  // agrees, differs, by luck, by definition, not judged
  std::string note{};
};

struct Findings {
  std::string experiment{};
  bool quick = false;  // small scale: the shape of the output, not the papers' figures
  std::vector<Table> tables{};
  std::vector<Claim> claims{};
  std::vector<std::string> remarks{};
};

Table ClaimTable(const Findings& findings);
// For a terminal: verdict, claim and figures in one line each, the note under it.
std::string ClaimText(const Findings& findings);
// For experiments whose quick form is of another scale than the papers' figures.
void LeaveUnjudged(Findings& findings);

}  // namespace propius
