// Strict reading of TOML: every value is asked for by name and type, unknown keys are errors, and every error says
// file, line, key, what was expected and what came.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/attributes.h"

namespace propius {

// One table of a file. Reading never fails at once: the first error is kept for Finish(), so that callers read straight
// through. An absent key gives the default.
class TomlTable {
 public:
  // `name` stands for the file in messages.
  static Result<TomlTable> Parse(std::string_view text, const std::string& name);

  // Sets "section.key" to a value in TOML's notation, or to a string if it is none, as flags and the environment do.
  // `origin` stands for the file in later messages about it.
  void Override(const std::string& dotted_key, const std::string& value, const std::string& origin);

  bool Has(const std::string& key) const;
  std::string Text(const std::string& key, std::string otherwise);
  // A text that InForce() does not show.
  std::string Secret(const std::string& key);
  std::int64_t Whole(const std::string& key, std::int64_t low, std::int64_t high, std::int64_t otherwise);
  double Real(const std::string& key, double low, double high, double otherwise);
  bool Flag(const std::string& key, bool otherwise);
  Duration Span(const std::string& key, Duration low, Duration high, Duration otherwise);
  std::vector<std::string> Texts(const std::string& key, std::vector<std::string> otherwise);
  // A table of finite numbers.
  Attributes Numbers(const std::string& key);
  // A sub-table; empty if absent. Its errors are this one's.
  TomlTable Table(const std::string& key);
  // An array of tables.
  std::vector<TomlTable> Tables(const std::string& key);
  // Notes an error about a key that only the caller can judge.
  void Complain(const std::string& key, const std::string& expected_and_got);

  // Asked of the top table when all is read: the first error, or an unknown key with the nearest known name.
  Status Finish();
  // Asked of the top table: the dotted names of what was asked for, but for its tables of other keys and what is in
  // arrays.
  std::vector<std::string> Keys() const;
  // What was asked for, as TOML, with the values in force.
  std::string InForce() const;

 private:
  struct File;
  struct Place;
  TomlTable(std::shared_ptr<File> file, std::shared_ptr<Place> place);
  std::shared_ptr<File> file_;
  std::shared_ptr<Place> place_;
};

// The candidate with the smallest edit distance to `word`, or "" if none is near.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace propius
