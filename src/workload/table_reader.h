// A CSV table by the names of its columns: no quotes, numbers only where numbers are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workload/line_reader.h"

namespace propius {

class TableReader {
 public:
  // Reads the header line, which must name all of `columns`; others are passed over. `optional`, "" for none, is the
  // column after them, if the table has it.
  static Result<TableReader> Make(LineReader lines, std::initializer_list<std::string_view> columns,
                                  std::string_view optional = {});
  bool has_optional() const { return has_optional_; }

  // The next row that is not empty; false after the last one, and on an error.
  bool Next();
  const Status& status() const { return status_; }

  // A cell of the row by its place in `columns`. The numbers must lie in [least, most]; an error stops the reading, and
  // something is returned.
  std::string_view Text(std::size_t column) const { return cells_[column]; }
  double Number(std::size_t column, double least, double most);
  std::uint64_t Whole(std::size_t column, std::uint64_t least, std::uint64_t most);
  // Seconds to the microsecond, at least 0.
  std::int64_t Micros(std::size_t column);

  // For what only the caller can judge of the row.
  void Refuse(std::size_t column, std::string_view expected);

 private:
  TableReader(LineReader lines, std::vector<std::string> columns) : lines_(std::move(lines)), columns_(columns) {}
  Status ReadHeader(std::size_t required);

  LineReader lines_;
  std::vector<std::string> columns_;
  bool has_optional_ = false;
  std::vector<std::size_t> wanted_;  // by place in a line: the column; columns_.size() where nobody asked
  std::vector<std::string_view> cells_;
  Status status_;
};

}  // namespace propius
