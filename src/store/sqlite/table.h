// Tables with real columns, for operators to read, of which every row carries its fingerprint.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite/connection.h"

namespace propius {

struct SqlColumn {
  std::string_view name;
  std::string_view type;  // INTEGER, REAL, TEXT or BLOB
  std::string_view note = {};
  std::int64_t since = 0;  // version of the format that brought it
  SqlValue before = {};    // what older rows get for it
};

struct TableSchema {
  std::string_view name;
  std::size_t key = 1;  // so many of the first columns
  std::vector<SqlColumn> columns;
  // A last column of bytes that the fingerprint leaves out, because a fingerprinted column holds their hash.
  std::string_view payload = {};

  std::string CreateSql() const;
  // As a format of this version had it.
  TableSchema At(std::int64_t version) const;
};

// How many rows a table has, and the sum of their fingerprints modulo 2^64: a row that went missing shows.
struct TableTotals {
  std::int64_t rows = 0;
  std::uint64_t sum = 0;

  friend bool operator==(const TableTotals&, const TableTotals&) = default;
};

class CheckedTable {
 public:
  // `schema` must outlive the table.
  static Result<CheckedTable> Open(const SqlConnection& connection, const TableSchema& schema);

  // Inserts, or replaces the row of the same key. `row` has the payload last if the table has one.
  Status Put(SqlRow row);
  // Every row whose key begins so.
  Status Erase(SqlRow key_prefix);
  // Gives every row to `visit`, without payload, in the order of keys; an error of `visit` ends it. kDataLoss on a row
  // that does not have its fingerprint. Finds the totals on the way.
  Status Read(const std::function<Status(SqlRow)>& visit);
  // Shows the payload of one row to `visit`; false if there is no such row.
  Result<bool> ReadPayload(SqlRow key, const std::function<void(std::string_view)>& visit);

  const TableSchema& schema() const { return *schema_; }
  const TableTotals& totals() const { return totals_; }
  void set_totals(const TableTotals& totals) { totals_ = totals; }
  // kDataLoss if what was read is not what had been written.
  Status CheckTotals(const TableTotals& expected) const;

 private:
  const TableSchema* schema_ = nullptr;
  std::string file_;
  SqlStatement put_;
  SqlStatement read_;
  SqlStatement read_fingerprint_;
  SqlStatement read_payload_;
  std::vector<SqlStatement> erase_;  // by one column of the key, by two, …
  TableTotals totals_;
};

}  // namespace propius
