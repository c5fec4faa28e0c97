#include "store/sqlite/file.h"

#include <map>

#include "store/sqlite/row.h"
#include "store/sqlite/upgrade.h"

namespace propius {
namespace {

const TableSchema& TotalsSchema() {
  static const TableSchema schema{
      .name = "totals",
      .key = 1,
      .columns = {{"name", "TEXT", "of a table"},
                  {"rows", "INTEGER", "that it has"},
                  {"sum", "INTEGER", "of their fingerprints, modulo 2^64"}},
  };
  return schema;
}

RowWriter TotalsRow(std::string_view table, const TableTotals& totals) {
  RowWriter row;
  row.Text(table).U64(static_cast<std::uint64_t>(totals.rows)).U64(totals.sum);
  return row;
}

Result<std::map<std::string, TableTotals>> ReadTotals(CheckedTable& table) {
  std::map<std::string, TableTotals> totals;
  const Status read = table.Read([&](SqlRow row) {
    RowReader reader(row);
    const std::string name = reader.Text();
    const auto rows = static_cast<std::int64_t>(reader.U64());
    totals[name] = {rows, reader.U64()};
    return Status();
  });
  if (!read) return tl::unexpected(read.error());
  return totals;
}

// They are written with the tables; if they are gone, so is what they would have told.
tl::unexpected<Error> Missing(const std::string& file, std::size_t tables, std::size_t totals) {
  return Fail(Code::kDataLoss,
              file + ": table totals: expected " + std::to_string(tables) + " rows, got " + std::to_string(totals));
}

}  // namespace

Result<std::unique_ptr<StoreFile>> StoreFile::Open(const SqliteOptions& options, const StoreFormat& format,
                                                   std::vector<const TableSchema*> tables) {
  std::vector<const TableSchema*> all = tables;
  all.push_back(&TotalsSchema());
  const auto fill = [&](const SqlConnection& made) -> Status {
    Result<CheckedTable> totals = CheckedTable::Open(made, TotalsSchema());
    if (!totals) return tl::unexpected(totals.error());
    for (const TableSchema* table : tables) {
      if (const Status status = totals->Put(TotalsRow(table->name, {}).row()); !status) return status;
    }
    return {};
  };
  const auto upgrade = [&](const SqlConnection& old, std::int64_t version) -> Status {
    Result<CheckedTable> totals = CheckedTable::Open(old, TotalsSchema());
    if (!totals) return tl::unexpected(totals.error());
    const Result<std::map<std::string, TableTotals>> expected = ReadTotals(*totals);
    if (!expected) return tl::unexpected(expected.error());
    for (const TableSchema* table : tables) {
      const auto known = expected->find(std::string(table->name));
      if (known == expected->end()) return Missing(old.file(), tables.size(), expected->size());
      const Result<TableTotals> now = UpgradeTable(old, *table, version, known->second);
      if (!now) return tl::unexpected(now.error());
      if (const Status status = totals->Put(TotalsRow(table->name, *now).row()); !status) return status;
    }
    return {};
  };
  Result<SqlConnection> connection = OpenSoundFile(options, format, all, fill, upgrade);
  if (!connection) return tl::unexpected(connection.error());
  std::unique_ptr<StoreFile> file(new StoreFile(std::move(*connection)));
  if (const Status status = file->OpenTables(tables); !status) return tl::unexpected(status.error());
  if (const Status status = file->CheckTotals(); !status) return tl::unexpected(status.error());
  if (const Status status = file->connection_.CheckpointOnClose(true); !status) return tl::unexpected(status.error());
  return file;
}

Status StoreFile::OpenTables(const std::vector<const TableSchema*>& schemas) {
  for (const TableSchema* schema : schemas) {
    Result<CheckedTable> table = CheckedTable::Open(connection_, *schema);
    if (!table) return tl::unexpected(table.error());
    tables_.push_back(std::move(*table));
  }
  Result<CheckedTable> totals = CheckedTable::Open(connection_, TotalsSchema());
  if (!totals) return tl::unexpected(totals.error());
  totals_ = std::move(*totals);

  const std::pair<SqlStatement*, std::string_view> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"}, {&commit_, "COMMIT"},           {&mark_, "SAVEPOINT change"},
      {&keep_, "RELEASE change"},   {&undo_, "ROLLBACK TO change"},
  };
  for (const auto& [statement, sql] : statements) {
    Result<SqlStatement> prepared = connection_.Prepare(sql);
    if (!prepared) return tl::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return {};
}

Status StoreFile::CheckTotals() {
  const Result<std::map<std::string, TableTotals>> expected = ReadTotals(totals_);
  if (!expected) return tl::unexpected(expected.error());
  if (expected->size() != tables_.size()) return Missing(connection_.file(), tables_.size(), expected->size());
  for (CheckedTable& table : tables_) {
    const Status rows = table.Read([](SqlRow) { return Status(); });
    if (!rows) return rows;
    const auto known = expected->find(std::string(table.schema().name));
    const Status whole = table.CheckTotals(known == expected->end() ? TableTotals() : known->second);
    if (!whole) return whole;
  }
  written_ = Totals();
  return {};
}

Status StoreFile::WriteTotals() {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const TableTotals& totals = tables_[i].totals();
    if (totals == written_[i]) continue;
    const RowWriter row = TotalsRow(tables_[i].schema().name, totals);
    if (const Status status = totals_.Put(row.row()); !status) return status;
  }
  return {};
}

Status StoreFile::WriteOne(const Change& change) {
  if (const Status status = mark_.Run({}); !status) return status;
  const std::vector<TableTotals> before = Totals();
  const Status changed = change();
  if (changed) return keep_.Run({});
  SetTotals(before);
  // On some failures SQLite gives up the whole transaction, and the mark with it.
  if (connection_.InTransaction()) {
    if (const Status status = undo_.Run({}); !status) return status;
    if (const Status status = keep_.Run({}); !status) return status;
  }
  return changed;
}

Status StoreFile::WriteAll(std::span<const Change> changes, std::vector<Status>& answers) {
  if (const Status status = begin_.Run({}); !status) return status;
  if (changes.size() == 1) {
    // Alone, it may fail with the transaction. For a mark, SQLite would first copy every page that is changed after it.
    answers.push_back(changes.front()());
    if (!answers.front()) return answers.front();
  } else {
    for (const Change& change : changes) {
      answers.push_back(WriteOne(change));
      if (!connection_.InTransaction()) return answers.back();
    }
  }
  if (const Status status = WriteTotals(); !status) return status;
  return commit_.Run({});
}

std::vector<Status> StoreFile::Write(std::span<const Change> changes) {
  std::vector<Status> answers;
  const Status whole = WriteAll(changes, answers);
  if (whole) {
    written_ = Totals();
    return answers;
  }
  if (connection_.InTransaction()) static_cast<void>(connection_.Run("ROLLBACK"));
  SetTotals(written_);
  // Frees the log's space, and takes what the failed transaction has left in it out of the way of a recovery.
  static_cast<void>(connection_.Run("PRAGMA wal_checkpoint(TRUNCATE)"));
  answers.resize(changes.size(), whole);
  for (Status& answer : answers) {
    if (answer) answer = whole;
  }
  return answers;
}

std::vector<TableTotals> StoreFile::Totals() const {
  std::vector<TableTotals> totals;
  for (const CheckedTable& table : tables_) totals.push_back(table.totals());
  return totals;
}

void StoreFile::SetTotals(const std::vector<TableTotals>& totals) {
  for (std::size_t i = 0; i < tables_.size(); ++i) tables_[i].set_totals(totals[i]);
}

}  // namespace propius
