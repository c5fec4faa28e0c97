// SQLite's C interface with owners, Results, and messages that name the file.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace propius {

// One prepared statement. Views that Column() gave hold until the next Step(), Reset() or Run().
class SqlStatement {
 public:
  SqlStatement() = default;

  // To ?1, ?2, …; what the views point to must live until Reset().
  Status Bind(SqlRow values);
  // True while there is a row.
  Result<bool> Step();
  SqlValue Column(std::size_t index) const;
  // All columns of the current row.
  std::vector<SqlValue> Columns() const;
  void Reset();
  // Binds, steps to the end and resets, giving each row to `visit` on the way.
  Status Run(SqlRow values, const std::function<void(const SqlStatement&)>& visit = nullptr);

 private:
  friend class SqlConnection;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  Status Check(int code, std::string_view what) const;

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  std::string file_;
};

// One connection to one file, used by one thread at a time.
class SqlConnection {
 public:
  // Makes the file if it is absent.
  static Result<SqlConnection> Open(const std::filesystem::path& file);

  Result<SqlStatement> Prepare(std::string_view sql) const;
  // Runs one statement that takes and gives nothing.
  Status Run(std::string_view sql) const;
  // The first column of the only row.
  Result<std::int64_t> Number(std::string_view sql) const;
  Result<std::string> Text(std::string_view sql) const;

  // SQLite falls back to reading where it may not write, or where a newer SQLite has written.
  bool IsReadOnly() const;
  // False after SQLite itself has given up a transaction that was begun.
  bool InTransaction() const;
  // Whether closing moves the log into the file. Off at first: a file that is refused is left as it was.
  Status CheckpointOnClose(bool on);
  const std::string& file() const { return file_; }

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };

  std::unique_ptr<sqlite3, Closer> connection_;
  std::string file_;
};

}  // namespace propius
