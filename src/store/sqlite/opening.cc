#include "store/sqlite/opening.h"

#include <array>
#include <map>
#include <string>
#include <system_error>

#include "base/event.h"
#include "store/sqlite/log.h"

namespace propius {
namespace {

Status RunAll(const SqlConnection& connection, std::span<const std::string> statements) {
  for (const std::string& sql : statements) {
    if (const Status status = connection.Run(sql); !status) return status;
  }
  return {};
}

Status KeepLog(const SqlConnection& connection, bool sync) {
  const Result<std::string> mode = connection.Text("PRAGMA journal_mode = WAL");
  if (!mode) return tl::unexpected(mode.error());
  if (*mode != "wal") {
    return Fail(Code::kUnavailable, connection.file() + ": expected a write-ahead log, got journal mode " + *mode);
  }
  const std::array<std::string, 4> settings{
      sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", "PRAGMA cell_size_check = ON",
      "PRAGMA secure_delete = FAST",          // zeroes what it can without writing more
      "PRAGMA journal_size_limit = 67108864"  // a log that once grew gives its space back
  };
  return RunAll(connection, settings);
}

using Fill = std::function<Status(const SqlConnection&)>;

Status MakeTables(const SqlConnection& connection, const StoreFormat& format,
                  std::span<const TableSchema* const> tables, const Fill& fill) {
  std::vector<std::string> statements{"BEGIN IMMEDIATE"};
  for (const TableSchema* table : tables) statements.push_back(table->CreateSql());
  statements.push_back("PRAGMA application_id = " + std::to_string(format.application_id));
  statements.push_back("PRAGMA user_version = " + std::to_string(format.version));
  if (const Status status = RunAll(connection, statements); !status) return status;
  if (const Status status = fill(connection); !status) return status;
  return connection.Run("COMMIT");
}

Status CheckKind(const SqlConnection& connection, const StoreFormat& format, std::int64_t id, std::int64_t version) {
  const std::string where = connection.file() + ": expected a Propius " + std::string(format.kind);
  if (id != format.application_id) {
    return Fail(Code::kFailedPrecondition, where + " (application_id " + std::to_string(format.application_id) +
                                               "), got a database with application_id " + std::to_string(id));
  }
  if (version < format.oldest || version > format.version) {
    return Fail(Code::kFailedPrecondition,
                where + " of version " + std::to_string(format.version) + ", got version " + std::to_string(version));
  }
  return {};
}

Status CheckLog(const SqlConnection& connection, bool sync) {
  const std::string log = connection.file() + "-wal";
  const Result<LogTail> tail = InspectLog(log);
  if (!tail) return tl::unexpected(tail.error());
  // Without sync, a power loss may well tear more than the last commit.
  if (*tail == LogTail::kDamaged && sync) {
    return Fail(Code::kDataLoss, log + ": expected whole commits up to the last one, got a damaged one before it");
  }
  if (*tail != LogTail::kWhole) Event(Severity::kWarning, "store_log_tail_dropped", {{"file", log}});
  return {};
}

Status CheckTables(const SqlConnection& connection, std::span<const TableSchema* const> tables, std::int64_t version) {
  std::map<std::string, std::string> expected;
  for (const TableSchema* table : tables) expected.emplace(table->name, table->At(version).CreateSql());
  Result<SqlStatement> statement = connection.Prepare("SELECT name, sql FROM sqlite_schema");
  if (!statement) return tl::unexpected(statement.error());
  std::map<std::string, std::string> found;
  const Status read = statement->Run({}, [&](const SqlStatement& row) {
    const auto text = [&](std::size_t column) {
      const SqlValue value = row.Column(column);
      const auto* view = std::get_if<std::string_view>(&value);
      return view == nullptr ? std::string() : std::string(*view);
    };
    found.emplace(text(0), text(1));
  });
  if (!read) return read;
  if (found != expected) {
    return Fail(Code::kDataLoss, connection.file() + ": expected the tables of this version, got other ones: " +
                                     "the file was damaged or edited");
  }
  const Result<std::string> verdict = connection.Text("PRAGMA quick_check(1)");
  if (!verdict) return tl::unexpected(verdict.error());
  if (*verdict != "ok") return Fail(Code::kDataLoss, connection.file() + ": expected a sound file, got: " + *verdict);
  return {};
}

Status Renew(const SqlConnection& connection, const StoreFormat& format, std::int64_t version, const Upgrade& upgrade) {
  if (const Status status = connection.Run("BEGIN IMMEDIATE"); !status) return status;
  if (const Status status = upgrade(connection, version); !status) return status;
  const Status marked = connection.Run("PRAGMA user_version = " + std::to_string(format.version));
  if (!marked) return marked;
  if (const Status status = connection.Run("COMMIT"); !status) return status;
  Event(Severity::kInfo, "store_upgraded",
        {{"file", connection.file()}, {"from", std::to_string(version)}, {"to", std::to_string(format.version)}});
  return {};
}

// True for a file that was just made, or whose making was cut off.
Result<bool> IsBlank(const SqlConnection& connection, std::int64_t id, std::int64_t version) {
  if (id != 0 || version != 0) return false;
  const Result<std::int64_t> tables = connection.Number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::unexpected(tables.error());
  return *tables == 0;
}

Status Settle(const SqlConnection& connection, const SqliteOptions& options, const StoreFormat& format,
              std::span<const TableSchema* const> tables, const Fill& fill, const Upgrade& upgrade) {
  // Taken at the first read and kept: a second process is refused, and no shared memory is needed.
  if (const Result<std::string> mode = connection.Text("PRAGMA locking_mode = EXCLUSIVE"); !mode) {
    return tl::unexpected(mode.error());
  }
  const Result<std::int64_t> id = connection.Number("PRAGMA application_id");
  if (!id) return tl::unexpected(id.error());
  const Result<std::int64_t> version = connection.Number("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (connection.IsReadOnly()) {
    return Fail(Code::kUnavailable, connection.file() + ": expected a file to write to, got one that is read-only");
  }
  const Result<bool> blank = IsBlank(connection, *id, *version);
  if (!blank) return tl::unexpected(blank.error());

  if (!*blank) {
    if (const Status status = CheckKind(connection, format, *id, *version); !status) return status;
  }
  // A blank file may have all that it holds in its log.
  if (const Status status = CheckLog(connection, options.sync); !status) return status;
  if (*blank) {
    const Status sized = connection.Run("PRAGMA page_size = " + std::to_string(format.page_size));
    if (!sized) return sized;
  }
  if (const Status status = KeepLog(connection, options.sync); !status) return status;
  const Status tables_ready =
      *blank ? MakeTables(connection, format, tables, fill) : CheckTables(connection, tables, *version);
  if (!tables_ready) return tables_ready;
  if (!*blank && *version < format.version) {
    if (const Status renewed = Renew(connection, format, *version, upgrade); !renewed) return renewed;
  }
  // An empty log: what a crash has left in it cannot be taken for a part of what is written next.
  return connection.Run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

Result<SqlConnection> OpenSoundFile(const SqliteOptions& options, const StoreFormat& format,
                                    std::span<const TableSchema* const> tables, const Fill& fill,
                                    const Upgrade& upgrade) {
  if (options.file.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(options.file.parent_path(), error);
    if (error) {
      return Fail(Code::kUnavailable, options.file.string() + ": expected to make its folder, got: " + error.message());
    }
  }
  Result<SqlConnection> connection = SqlConnection::Open(options.file);
  if (!connection) return connection;
  if (const Status status = Settle(*connection, options, format, tables, fill, upgrade); !status) {
    return tl::unexpected(status.error());
  }
  return connection;
}

}  // namespace propius
