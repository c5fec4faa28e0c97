// The tables of the job store: which columns a record has, and how it becomes a row and again a record.
#pragma once

#include "store/job_store.h"
#include "store/sqlite/row.h"
#include "store/sqlite/table.h"

namespace propius {

// Reading fails with kDataLoss on a value that we would not have written.
const TableSchema& JobTable();
RowWriter RowOf(const Job& job);
Result<Job> ReadJob(SqlRow row);

const TableSchema& RoundTable();
RowWriter RowOf(const Round& round);
Result<Round> ReadRound(SqlRow row);

const TableSchema& BindingTable();
RowWriter RowOf(const Binding& binding);
Result<Binding> ReadBinding(SqlRow row);

const TableSchema& ReplyTable();
RowWriter RowOf(const MemoisedReply& reply);
Result<MemoisedReply> ReadReply(SqlRow row);

}  // namespace propius
