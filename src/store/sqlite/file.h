// One store's file: its checked tables, and transactions that hold several changes, each whole or not at all.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "store/sqlite/opening.h"

namespace propius {

class StoreFile {
 public:
  // Puts and erases; may be run again if it has failed.
  using Change = std::function<Status()>;

  // Fails as OpenSoundFile, and with kDataLoss if a row or the totals of a table are not what was written. The schemas
  // must outlive the file.
  static Result<std::unique_ptr<StoreFile>> Open(const SqliteOptions& options, const StoreFormat& format,
                                                 std::vector<const TableSchema*> tables);

  // In the order of Open().
  CheckedTable& table(std::size_t index) { return tables_[index]; }
  // Makes the changes durable in one transaction, in their order. One that fails by itself leaves the others alone; a
  // transaction that fails is the failure of all. An answer for each.
  std::vector<Status> Write(std::span<const Change> changes);

 private:
  explicit StoreFile(SqlConnection connection) : connection_(std::move(connection)) {}
  Status OpenTables(const std::vector<const TableSchema*>& schemas);
  Status CheckTotals();
  Status WriteTotals();
  Status WriteOne(const Change& change);
  Status WriteAll(std::span<const Change> changes, std::vector<Status>& answers);
  std::vector<TableTotals> Totals() const;
  void SetTotals(const std::vector<TableTotals>& totals);

  SqlConnection connection_;
  std::vector<CheckedTable> tables_;
  CheckedTable totals_;
  std::vector<TableTotals> written_;  // what the file has
  SqlStatement begin_;
  SqlStatement commit_;
  SqlStatement mark_;
  SqlStatement keep_;
  SqlStatement undo_;
};

}  // namespace propius
