// What happened in a simulated run, line by line, as one number; and what should not have.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/runtime.h"

namespace propius {

class History {
 public:
  // Keeps the last `kept` lines.
  History(const Runtime& world, std::size_t kept) : world_(world), kept_(kept) {}

  void Note(std::string_view line);
  void Violation(std::string what);

  // Of all lines with their times; equal for equal runs.
  std::string Digest() const;
  const std::deque<std::string>& lines() const { return lines_; }
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  const Runtime& world_;
  std::size_t kept_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::deque<std::string> lines_;
  std::vector<std::string> violations_;
};

}  // namespace propius
