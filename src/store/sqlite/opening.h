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
};

// Opens the file, or makes one with these tables and what `fill` puts into them. kFailedPrecondition: it is of another
// kind or of a newer version; kUnavailable: it is in use or cannot be opened; kDataLoss: it is damaged.
Result<SqlConnection> OpenSoundFile(const SqliteOptions& options, const StoreFormat& format,
                                    std::span<const TableSchema* const> tables,
                                    const std::function<Status(const SqlConnection&)>& fill);

}  // namespace propius
