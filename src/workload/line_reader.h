// Lines of a file, gzipped or not, without a copy of each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace propius {

class LineReader {
 public:
  // Fails if the file cannot be opened.
  static Result<LineReader> Open(const std::string& path);
  // Reads from memory; `text` outlives the reader.
  static LineReader Over(std::string_view text, std::string name);

  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  // The next line, without its end; false after the last one, and on an error. The view holds until the next call.
  bool Next(std::string_view& line);
  // What stopped Next before the end: damaged compression, a line of more than a megabyte.
  const Status& status() const { return status_; }
  // "FILE:LINE" of the latest line.
  std::string Where() const;

 private:
  struct Source;
  LineReader(std::unique_ptr<Source> source, std::string name);
  bool Fill();

  std::unique_ptr<Source> source_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t line_ = 0;
  bool at_end_ = false;
  Status status_;
};

}  // namespace propius
