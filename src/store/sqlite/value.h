// The values of a row, and their fingerprint.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace propius {

struct SqlBlob {
  std::string_view bytes;

  friend bool operator==(const SqlBlob&, const SqlBlob&) = default;
};

// Null, a whole number, a real number, text or bytes. Texts and bytes are views: their owner outlives the value.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string_view, SqlBlob>;
using SqlRow = std::span<const SqlValue>;

// SQLite keeps no NaN and no -0.0: these become null and 0.0, so that a row is read back as it was bound.
SqlValue RealValue(double number);

// 64 bits of the SHA-256 of a row's content: a flipped bit of any value, or a row of another table, gives another one.
std::uint64_t Fingerprint(std::string_view table, SqlRow row);

}  // namespace propius
