#include "store/sqlite/table.h"

#include "base/check.h"

namespace propius {
namespace {

// "a, b, c"
template <typename Items, typename Write>
std::string List(const Items& items, std::size_t count, std::string_view separator, const Write& write) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += separator;
    text += write(items[i], i);
  }
  return text;
}

std::string Name(const SqlColumn& column, std::size_t /*index*/) { return std::string(column.name); }
std::string NameIs(const SqlColumn& column, std::size_t index) {
  return std::string(column.name) + " = ?" + std::to_string(index + 1);
}

std::uint64_t Unsigned(const SqlValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : static_cast<std::uint64_t>(*number);
}

}  // namespace

std::string TableSchema::CreateSql() const {
  std::string sql = "CREATE TABLE " + std::string(name) + " (\n";
  for (const SqlColumn& column : columns) {
    sql += "  " + std::string(column.name) + " " + std::string(column.type) + ",";
    if (!column.note.empty()) sql += "  -- " + std::string(column.note);
    sql += "\n";
  }
  sql += "  fingerprint INTEGER NOT NULL,\n";
  if (!payload.empty()) sql += "  " + std::string(payload) + " BLOB NOT NULL,\n";
  return sql + "  PRIMARY KEY (" + List(columns, key, ", ", Name) + ")\n) STRICT, WITHOUT ROWID";
}

TableSchema TableSchema::At(std::int64_t version) const {
  TableSchema then = *this;
  std::erase_if(then.columns, [version](const SqlColumn& column) { return column.since > version; });
  return then;
}

Result<CheckedTable> CheckedTable::Open(const SqlConnection& connection, const TableSchema& schema) {
  const std::string name(schema.name);
  const std::string payload(schema.payload);
  const std::string columns = List(schema.columns, schema.columns.size(), ", ", Name);
  const std::size_t values = schema.columns.size() + (payload.empty() ? 1 : 2);
  const std::string marks = List(std::string(values, '?'), values, ", ",
                                 [](char mark, std::size_t i) { return mark + std::to_string(i + 1); });
  const auto where = [&](std::size_t count) {
    return " FROM " + name + " WHERE " + List(schema.columns, count, " AND ", NameIs);
  };

  CheckedTable table;
  table.schema_ = &schema;
  table.file_ = connection.file();
  table.erase_.resize(schema.key);
  std::vector<std::pair<SqlStatement*, std::string>> statements{
      {&table.put_, "INSERT OR REPLACE INTO " + name + " (" + columns + ", fingerprint" +
                        (payload.empty() ? "" : ", " + payload) + ") VALUES (" + marks + ")"},
      {&table.read_, "SELECT " + columns + ", fingerprint FROM " + name},
      {&table.read_fingerprint_, "SELECT fingerprint" + where(schema.key)},
  };
  if (!payload.empty()) statements.emplace_back(&table.read_payload_, "SELECT " + payload + where(schema.key));
  for (std::size_t i = 0; i < schema.key; ++i) {
    statements.emplace_back(&table.erase_[i], "DELETE" + where(i + 1) + " RETURNING fingerprint");
  }
  for (const auto& [statement, sql] : statements) {
    Result<SqlStatement> prepared = connection.Prepare(sql);
    if (!prepared) return tl::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return table;
}

Status CheckedTable::Put(SqlRow row) {
  const std::size_t columns = schema_->columns.size();
  CHECK(row.size() == columns + (schema_->payload.empty() ? 0 : 1));
  TableTotals totals = totals_;
  const Status read = read_fingerprint_.Run(row.first(schema_->key), [&](const SqlStatement& old) {
    --totals.rows;
    totals.sum -= Unsigned(old.Column(0));
  });
  if (!read) return read;

  const std::uint64_t fingerprint = Fingerprint(schema_->name, row.first(columns));
  std::vector<SqlValue> values(row.begin(), row.end());
  values.insert(values.begin() + static_cast<std::ptrdiff_t>(columns), static_cast<std::int64_t>(fingerprint));
  if (const Status put = put_.Run(values); !put) return put;
  totals_ = {totals.rows + 1, totals.sum + fingerprint};
  return {};
}

Status CheckedTable::Erase(SqlRow key_prefix) {
  CHECK(!key_prefix.empty() && key_prefix.size() <= schema_->key);
  TableTotals totals = totals_;
  const Status status = erase_[key_prefix.size() - 1].Run(key_prefix, [&](const SqlStatement& old) {
    --totals.rows;
    totals.sum -= Unsigned(old.Column(0));
  });
  if (status) totals_ = totals;
  return status;
}

Status CheckedTable::Read(const std::function<Status(SqlRow)>& visit) {
  TableTotals totals;
  Status status;
  const Status read = read_.Run({}, [&](const SqlStatement& statement) {
    if (!status) return;
    const std::vector<SqlValue> values = statement.Columns();
    const SqlRow row = SqlRow(values).first(schema_->columns.size());
    const std::uint64_t fingerprint = Fingerprint(schema_->name, row);
    if (Unsigned(values.back()) != fingerprint) {
      status = Fail(Code::kDataLoss, file_ + ": table " + std::string(schema_->name) + ", row " +
                                         std::to_string(totals.rows + 1) + ": expected fingerprint " +
                                         std::to_string(static_cast<std::int64_t>(fingerprint)) + ", got " +
                                         std::to_string(static_cast<std::int64_t>(Unsigned(values.back()))) +
                                         ": the file was damaged or edited");
      return;
    }
    totals = {totals.rows + 1, totals.sum + fingerprint};
    status = visit(row);
  });
  if (!read) return read;
  if (status) totals_ = totals;
  return status;
}

Status CheckedTable::CheckTotals(const TableTotals& expected) const {
  if (totals_ == expected) return {};
  return Fail(Code::kDataLoss, file_ + ": table " + std::string(schema_->name) + ": expected " +
                                   std::to_string(expected.rows) + " rows with the sum in totals, got " +
                                   std::to_string(totals_.rows) + ": rows are missing or were added");
}

Result<bool> CheckedTable::ReadPayload(SqlRow key, const std::function<void(std::string_view)>& visit) {
  CHECK(!schema_->payload.empty() && key.size() == schema_->key);
  bool found = false;
  const Status status = read_payload_.Run(key, [&](const SqlStatement& row) {
    found = true;
    const SqlValue value = row.Column(0);
    const auto* blob = std::get_if<SqlBlob>(&value);
    visit(blob == nullptr ? std::string_view() : blob->bytes);
  });
  if (!status) return tl::unexpected(status.error());
  return found;
}

}  // namespace propius
