// Text for a terminal, as values: tables, progress bars and sparklines. Control characters in what they are given never
// reach the terminal. Durations and counts are in number.h.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/number.h"

namespace propius {

struct TextColumn {
  std::string title{};
  bool number = false;         // set flush right
  std::size_t max_width = 48;  // columns of the terminal; longer cells are cut with an ellipsis
};

enum class Rules {
  kNone,
  kUnicode,  // a line under the titles
  kAscii,
};

// Lines that end with a line feed and without trailing blanks; a short row is filled with empty cells, a long one cut.
std::string RenderTable(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows,
                        Rules rules = Rules::kUnicode);

// Exactly `width` columns, filled from the left by this share of 1: in eighths of a column, or with "#" and "-".
// A share that is not a number counts as 0.
std::string ProgressBar(double share, std::size_t width, bool unicode = true);

// The last `width` values, one column each, as bars between the lowest and the highest of them; what is not finite is
// a blank.
std::string Sparkline(const std::vector<double>& values, std::size_t width);

}  // namespace propius
