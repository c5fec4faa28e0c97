// Writing and reading the columns of a row one after the other.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "store/sqlite/value.h"

namespace propius {

class RowWriter {
 public:
  RowWriter() = default;
  RowWriter(RowWriter&&) = default;  // moving a deque leaves its texts where they are; a copy would not
  RowWriter& operator=(RowWriter&&) = default;

  // Numbers of 64 bits are kept bit by bit: those over 2^63 show as negative ones in the sqlite3 shell.
  RowWriter& U64(std::uint64_t number) { return Add(static_cast<std::int64_t>(number)); }
  RowWriter& U32(std::uint32_t number) { return Add(std::int64_t{number}); }
  RowWriter& Flag(bool flag) { return Add(std::int64_t{flag}); }
  RowWriter& Real(double number) { return Add(RealValue(number)); }
  RowWriter& At(Time time) { return Add(ToMicros(time)); }
  RowWriter& At(const std::optional<Time>& time) { return time ? At(*time) : Add({}); }
  RowWriter& Span(Duration duration) { return Add(std::int64_t{duration.count()}); }
  RowWriter& Round(const RoundKey& key) { return U64(key.job.value).U32(key.round.value); }
  // The text outlives the row.
  RowWriter& Text(std::string_view text) { return Add(text); }
  RowWriter& OwnText(std::string text) { return Add(std::string_view(texts_.emplace_back(std::move(text)))); }
  RowWriter& Null() { return Add({}); }
  RowWriter& Bytes(std::string_view bytes) { return Add(SqlBlob{bytes}); }

  SqlRow row() const { return values_; }

 private:
  RowWriter& Add(SqlValue value) {
    values_.push_back(value);
    return *this;
  }

  std::vector<SqlValue> values_;
  std::deque<std::string> texts_;
};

// Reads what RowWriter wrote. The fingerprint was right, so a value of another type is our own mistake and reads as
// zero or nothing.
class RowReader {
 public:
  explicit RowReader(SqlRow row) : row_(row) {}

  std::uint64_t U64() { return static_cast<std::uint64_t>(Number()); }
  std::uint32_t U32() { return static_cast<std::uint32_t>(Number()); }
  bool Flag() { return Number() != 0; }
  double Real();
  Time At() { return FromMicros(Number()); }
  std::optional<Time> MaybeAt();
  Duration Span() { return Duration(Number()); }
  RoundKey Round();
  std::string Text() { return std::string(View()); }
  std::string_view View();
  std::string Bytes();

 private:
  SqlValue Next();
  std::int64_t Number();

  SqlRow row_;
};

}  // namespace propius
