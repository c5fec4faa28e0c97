#include "store/sqlite/upgrade.h"

#include <deque>
#include <string>

#include "base/check.h"

namespace propius {
namespace {

// Rows outlive the statement that they came from.
class KeptRows {
 public:
  void Keep(std::vector<SqlValue> row) {
    for (SqlValue& value : row) {
      if (const auto* text = std::get_if<std::string_view>(&value)) {
        value = std::string_view(bytes_.emplace_back(*text));
      } else if (const auto* blob = std::get_if<SqlBlob>(&value)) {
        value = SqlBlob{bytes_.emplace_back(blob->bytes)};
      }
    }
    rows_.push_back(std::move(row));
  }
  const std::vector<std::vector<SqlValue>>& rows() const { return rows_; }

 private:
  std::vector<std::vector<SqlValue>> rows_;
  std::deque<std::string> bytes_;
};

Status Replace(const SqlConnection& connection, const TableSchema& schema) {
  if (const Status status = connection.Run("DROP TABLE " + std::string(schema.name)); !status) return status;
  return connection.Run(schema.CreateSql());
}

}  // namespace

Result<TableTotals> UpgradeTable(const SqlConnection& connection, const TableSchema& schema, std::int64_t version,
                                 const TableTotals& expected) {
  const TableSchema then = schema.At(version);
  if (then.columns.size() == schema.columns.size()) return expected;
  CHECK(schema.payload.empty());

  KeptRows kept;
  {
    Result<CheckedTable> old = CheckedTable::Open(connection, then);
    if (!old) return tl::unexpected(old.error());
    const Status read = old->Read([&](SqlRow row) {
      std::vector<SqlValue> renewed;
      std::size_t next = 0;
      for (const SqlColumn& column : schema.columns) {
        renewed.push_back(column.since > version ? column.before : row[next++]);
      }
      kept.Keep(std::move(renewed));
      return Status();
    });
    if (!read) return tl::unexpected(read.error());
    if (const Status whole = old->CheckTotals(expected); !whole) return tl::unexpected(whole.error());
  }
  // Not by ALTER TABLE: every row needs the fingerprint of all its columns.
  if (const Status status = Replace(connection, schema); !status) return tl::unexpected(status.error());
  Result<CheckedTable> table = CheckedTable::Open(connection, schema);
  if (!table) return tl::unexpected(table.error());
  for (const std::vector<SqlValue>& row : kept.rows()) {
    if (const Status status = table->Put(row); !status) return tl::unexpected(status.error());
  }
  return table->totals();
}

}  // namespace propius
