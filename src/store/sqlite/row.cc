#include "store/sqlite/row.h"

#include <limits>

#include "base/check.h"

namespace propius {

SqlValue RowReader::Next() {
  CHECK(!row_.empty());
  const SqlValue value = row_.front();
  row_ = row_.subspan(1);
  return value;
}

std::int64_t RowReader::Number() {
  const SqlValue value = Next();
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

double RowReader::Real() {
  const SqlValue value = Next();
  const auto* number = std::get_if<double>(&value);
  return number == nullptr ? std::numeric_limits<double>::quiet_NaN() : *number;
}

std::optional<Time> RowReader::MaybeAt() {
  const SqlValue value = Next();
  const auto* micros = std::get_if<std::int64_t>(&value);
  return micros == nullptr ? std::nullopt : std::optional(FromMicros(*micros));
}

RoundKey RowReader::Round() {
  const JobId job{U64()};
  return {job, {U32()}};
}

std::string_view RowReader::View() {
  const SqlValue value = Next();
  const auto* text = std::get_if<std::string_view>(&value);
  return text == nullptr ? std::string_view() : *text;
}

std::string RowReader::Bytes() {
  const SqlValue value = Next();
  const auto* blob = std::get_if<SqlBlob>(&value);
  return blob == nullptr ? std::string() : std::string(blob->bytes);
}

}  // namespace propius
