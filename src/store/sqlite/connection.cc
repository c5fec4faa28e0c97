#include "store/sqlite/connection.h"

#include <sqlite3.h>

namespace propius {
namespace {

Code CodeOf(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_MISMATCH:
      return Code::kDataLoss;
    case SQLITE_NOTADB:
      return Code::kFailedPrecondition;
    case SQLITE_TOOBIG:
      return Code::kResourceExhausted;
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
      return Code::kUnavailable;
    default:
      return Code::kInternal;
  }
}

tl::unexpected<Error> FailWith(sqlite3* connection, int code, const std::string& file, std::string_view what) {
  // A lock is the one failure whose cure the operator has to be told.
  const std::string got =
      (code & 0xff) == SQLITE_BUSY ? "it is in use by another process" : std::string(sqlite3_errmsg(connection));
  return Fail(CodeOf(code), file + ": expected to " + std::string(what) + ", got: " + got);
}

struct BindValue {
  sqlite3_stmt* statement;
  int index;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
  int operator()(std::string_view text) const {
    // A null pointer would bind null, not the empty text.
    const char* start = text.data() == nullptr ? "" : text.data();
    return sqlite3_bind_text64(statement, index, start, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(const SqlBlob& blob) const {
    const char* start = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
    return sqlite3_bind_blob64(statement, index, start, blob.bytes.size(), SQLITE_STATIC);
  }
};

}  // namespace

void SqlStatement::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void SqlConnection::Closer::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Status SqlStatement::Check(int code, std::string_view what) const {
  if (code == SQLITE_OK) return {};
  return FailWith(sqlite3_db_handle(statement_.get()), code, file_, what);
}

Status SqlStatement::Bind(SqlRow values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int code = std::visit(BindValue{statement_.get(), static_cast<int>(i) + 1}, values[i]);
    if (code != SQLITE_OK) return Check(code, "bind a value");
  }
  return {};
}

Result<bool> SqlStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW || code == SQLITE_DONE) return code == SQLITE_ROW;
  return tl::unexpected(Check(code, std::string("run \"") + sqlite3_sql(statement_.get()) + "\"").error());
}

SqlValue SqlStatement::Column(std::size_t index) const {
  sqlite3_stmt* statement = statement_.get();
  const int column = static_cast<int>(index);
  const auto bytes = [&](const void* start) {
    return std::string_view(static_cast<const char*>(start),
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT:
      return bytes(sqlite3_column_text(statement, column));
    case SQLITE_BLOB:
      return SqlBlob{bytes(sqlite3_column_blob(statement, column))};
    default:
      return {};
  }
}

std::vector<SqlValue> SqlStatement::Columns() const {
  std::vector<SqlValue> values(static_cast<std::size_t>(sqlite3_column_count(statement_.get())));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = Column(i);
  return values;
}

void SqlStatement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Status SqlStatement::Run(SqlRow values, const std::function<void(const SqlStatement&)>& visit) {
  Status status = Bind(values);
  for (bool more = status.has_value(); more;) {
    const Result<bool> row = Step();
    if (!row) status = tl::unexpected(row.error());
    more = row && *row;
    if (more && visit) visit(*this);
  }
  Reset();
  return status;
}

Result<SqlConnection> SqlConnection::Open(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  SqlConnection connection;
  connection.connection_.reset(raw);
  connection.file_ = file.string();
  if (code != SQLITE_OK) return FailWith(raw, code, connection.file_, "open the file");
  // Functions named by a damaged or hostile schema are not run.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (const Status status = connection.CheckpointOnClose(false); !status) return tl::unexpected(status.error());
  return connection;
}

Result<SqlStatement> SqlConnection::Prepare(std::string_view sql) const {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return FailWith(connection_.get(), code, file_, "prepare \"" + std::string(sql) + "\"");
  SqlStatement statement;
  statement.statement_.reset(raw);
  statement.file_ = file_;
  return statement;
}

Status SqlConnection::Run(std::string_view sql) const {
  Result<SqlStatement> statement = Prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return statement->Run({});
}

Result<std::int64_t> SqlConnection::Number(std::string_view sql) const {
  Result<SqlStatement> statement = Prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  std::int64_t number = 0;
  const Status status =
      statement->Run({}, [&](const SqlStatement& row) { number = sqlite3_column_int64(row.statement_.get(), 0); });
  if (!status) return tl::unexpected(status.error());
  return number;
}

Result<std::string> SqlConnection::Text(std::string_view sql) const {
  Result<SqlStatement> statement = Prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  std::string text;
  const Status status = statement->Run({}, [&](const SqlStatement& row) {
    const SqlValue value = row.Column(0);
    if (const auto* view = std::get_if<std::string_view>(&value)) text = *view;
  });
  if (!status) return tl::unexpected(status.error());
  return text;
}

bool SqlConnection::IsReadOnly() const { return sqlite3_db_readonly(connection_.get(), "main") != 0; }

bool SqlConnection::InTransaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

Status SqlConnection::CheckpointOnClose(bool on) {
  const int code = sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1, nullptr);
  if (code != SQLITE_OK) return FailWith(connection_.get(), code, file_, "set how it is closed");
  return {};
}

}  // namespace propius
