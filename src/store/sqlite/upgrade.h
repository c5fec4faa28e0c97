// Tables of an older version made anew with the columns of this one.
#pragma once

#include "store/sqlite/connection.h"
#include "store/sqlite/table.h"

namespace propius {

// Within a transaction that is open: checks the rows that a format of `version` wrote as strictly as ever, and writes
// them again with what newer columns say of older rows. Gives the totals of the table as it is now. A table with a
// payload gets no new columns.
Result<TableTotals> UpgradeTable(const SqlConnection& connection, const TableSchema& schema, std::int64_t version,
                                 const TableTotals& expected);

}  // namespace propius
