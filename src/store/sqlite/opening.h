// How a store's file is opened: locked, known to be ours, and found sound before anything is read from it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "store/sqlite.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/table.h"

namespace propius {

// What tells one kind of store from others.
struct StoreFormat {
  std::string_view kind;  // for messages, such as "job store"
  std::int64_t application_id = 0;
  std::int64_t version = 0;
  std::int64_t page_size = 4096;
  std::int64_t oldest = version;  // the first version that is upgraded when it is opened
};

// Changes a file of an older version into one of this version, within a transaction that is open.
using Upgrade = std::function<Status(const SqlConnection&, std::int64_t version)>;

// Opens the file, or makes one with these tables and what `fill` puts into them. One of an older version is upgraded,
// in one transaction; then older programs refuse it. kFailedPrecondition: it is of another kind or of a newer version;
// kUnavailable: it is in use or cannot be opened; kDataLoss: it is damaged.
Result<SqlConnection> OpenSoundFile(const SqliteOptions& options, const StoreFormat& format,
                                    std::span<const TableSchema* const> tables,
                                    const std::function<Status(const SqlConnection&)>& fill, const Upgrade& upgrade);

}  // namespace propius
