#include "workload/table_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/quote.h"

namespace propius {
namespace {

std::string Show(double value) {
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), written.ptr};
}

template <typename Number>
bool Parse(std::string_view text, Number& value) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// Plain decimals as traces have them: a few digits, then at most six. False for all else.
bool ParsePlainMicros(std::string_view text, std::int64_t& micros) {
  constexpr std::size_t kMostDigits = 12;
  std::int64_t value = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) value = value * 10 + (text[i] - '0');
  if (i == 0 || i > kMostDigits) return false;
  int decimals = 0;
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9' && decimals < 6; ++i, ++decimals) {
      value = value * 10 + (text[i] - '0');
    }
  }
  if (i != text.size()) return false;
  for (; decimals < 6; ++decimals) value *= 10;
  micros = value;
  return true;
}

}  // namespace

Result<TableReader> TableReader::Make(LineReader lines, std::initializer_list<std::string_view> columns,
                                      std::string_view optional) {
  TableReader table(std::move(lines), {columns.begin(), columns.end()});
  if (!optional.empty()) table.columns_.emplace_back(optional);
  if (Status read = table.ReadHeader(columns.size()); !read) return tl::unexpected(read.error());
  return table;
}

Status TableReader::ReadHeader(std::size_t required) {
  std::string_view header;
  if (!lines_.Next(header)) {
    if (!lines_.status()) return lines_.status();
    return Fail(Code::kInvalidArgument, lines_.Where() + ": expected a line with the names of columns, got the end");
  }
  cells_.resize(columns_.size());
  std::vector<bool> found(columns_.size());
  for (std::string_view rest = header;;) {
    const std::size_t comma = rest.find(',');
    const auto column = std::ranges::find(columns_, rest.substr(0, comma));
    const auto index = static_cast<std::size_t>(column - columns_.begin());
    wanted_.push_back(index);
    if (index < columns_.size()) found[index] = true;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  has_optional_ = required < columns_.size() && found[required];
  found.resize(required);
  const auto missing = std::ranges::find(found, false);
  if (missing == found.end()) return {};
  return Fail(Code::kInvalidArgument, lines_.Where() + ": expected a column " +
                                          Quote(columns_[static_cast<std::size_t>(missing - found.begin())]) +
                                          ", got " + Quote(header));
}

bool TableReader::Next() {
  if (!status_) return false;
  std::string_view line;
  do {
    if (!lines_.Next(line)) {
      status_ = lines_.status();
      return false;
    }
  } while (line.empty());
  std::size_t place = 0;
  for (std::string_view rest = line;; ++place) {
    const std::size_t comma = rest.find(',');
    if (place < wanted_.size() && wanted_[place] < cells_.size()) cells_[wanted_[place]] = rest.substr(0, comma);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (place + 1 == wanted_.size()) return true;
  status_ = Fail(Code::kInvalidArgument, lines_.Where() + ": expected " + std::to_string(wanted_.size()) +
                                             " columns, got " + std::to_string(place + 1) + " in " + Quote(line));
  return false;
}

void TableReader::Refuse(std::size_t column, std::string_view expected) {
  if (!status_) return;
  status_ = Fail(Code::kInvalidArgument, lines_.Where() + ": " + columns_[column] + ": expected " +
                                             std::string(expected) + ", got " + Quote(cells_[column]));
}

double TableReader::Number(std::size_t column, double least, double most) {
  double value = 0;
  if (Parse(cells_[column], value) && value >= least && value <= most) return value;
  Refuse(column, "a number from " + Show(least) + " to " + Show(most));
  return least;
}

std::uint64_t TableReader::Whole(std::size_t column, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  if (Parse(cells_[column], value) && value >= least && value <= most) return value;
  Refuse(column, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

std::int64_t TableReader::Micros(std::size_t column) {
  std::int64_t micros = 0;
  if (ParsePlainMicros(cells_[column], micros)) return micros;
  return std::llround(Number(column, 0, 1e12) * 1e6);
}

}  // namespace propius
