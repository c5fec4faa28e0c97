#include "report/terminal.h"

#include <algorithm>
#include <cmath>

#include "report/scale.h"
#include "report/text.h"

namespace propius {
namespace {

constexpr std::size_t kGap = 2;
constexpr char32_t kFullBlock = 0x2588;   // █; the seven after it are narrower by an eighth each
constexpr char32_t kLowestBar = 0x2581;   // ▁; the seven after it are higher by an eighth each
constexpr char32_t kEmptyTrack = 0x2591;  // ░
constexpr int kEighths = 8;

std::string Line(const std::vector<TextColumn>& columns, const std::vector<std::size_t>& widths,
                 const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string text = FitColumns(i < cells.size() ? cells[i] : "", widths[i]);
    const std::string blanks(widths[i] - Columns(text), ' ');
    if (i > 0) line.append(kGap, ' ');
    line += columns[i].number ? blanks + text : text + blanks;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string Rule(const std::vector<std::size_t>& widths, Rules rules) {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (i > 0) line.append(kGap, ' ');
    for (std::size_t column = 0; column < widths[i]; ++column) line += rules == Rules::kUnicode ? "─" : "-";
  }
  return line + "\n";
}

}  // namespace

std::string RenderTable(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows,
                        Rules rules) {
  if (columns.empty()) return {};
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t width = Columns(columns[i].title);
    for (const std::vector<std::string>& row : rows) {
      if (i < row.size()) width = std::max(width, Columns(row[i]));
    }
    widths.push_back(std::min(width, columns[i].max_width));
    titles.push_back(columns[i].title);
  }
  std::string text = Line(columns, widths, titles);
  if (rules != Rules::kNone) text += Rule(widths, rules);
  for (const std::vector<std::string>& row : rows) text += Line(columns, widths, row);
  return text;
}

std::string ProgressBar(double share, std::size_t width, bool unicode) {
  const double filled = (std::isnan(share) ? 0 : std::clamp(share, 0.0, 1.0)) * static_cast<double>(width);
  // Only what is done looks done: the rest is rounded down.
  const auto whole = static_cast<std::size_t>(filled);
  if (!unicode) return std::string(whole, '#') + std::string(width - whole, '-');
  std::u32string bar(whole, kFullBlock);
  const int eighths = static_cast<int>((filled - static_cast<double>(whole)) * kEighths);
  if (whole < width && eighths > 0) bar.push_back(kFullBlock + static_cast<char32_t>(kEighths - eighths));
  bar.resize(width, kEmptyTrack);
  return ToUtf8(bar);
}

std::string Sparkline(const std::vector<double>& values, std::size_t width) {
  const std::size_t first = values.size() - std::min(values.size(), width);
  Extent extent;
  for (std::size_t i = first; i < values.size(); ++i) extent.Add(values[i]);
  const Range range = extent.range();
  std::u32string line;
  for (std::size_t i = first; i < values.size(); ++i) {
    if (!(std::abs(values[i]) <= 1e300)) {
      line.push_back(U' ');
      continue;
    }
    const int bar = std::clamp(static_cast<int>(range.Share(values[i]) * kEighths), 0, kEighths - 1);
    line.push_back(kLowestBar + static_cast<char32_t>(bar));
  }
  return ToUtf8(line);
}

}  // namespace propius
