#include "store/job_store.h"

#include <utility>

#include "store/sqlite.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/writer.h"

namespace propius {
namespace {

constexpr StoreFormat kFormat{.kind = "job store", .application_id = 0x50726a62, .version = 3, .oldest = 1};  // "Prjb"
constexpr std::string_view kNextJob = "next_job";

enum Tables : std::size_t { kJobs, kRounds, kBindings, kReplies, kCounters };

const TableSchema& CounterTable() {
  static const TableSchema schema{.name = "counters", .key = 1, .columns = {{"name", "TEXT"}, {"value", "INTEGER"}}};
  return schema;
}

template <typename Record>
Status ReadAll(CheckedTable& table, Result<Record> (*read)(SqlRow), std::vector<Record>& records) {
  return table.Read([&](SqlRow row) -> Status {
    Result<Record> record = read(row);
    if (!record) return tl::unexpected(record.error());
    records.push_back(std::move(*record));
    return {};
  });
}

Status ReadAll(StoreFile& file, JobChanges& all) {
  if (Status status = ReadAll(file.table(kJobs), ReadJob, all.jobs); !status) return status;
  if (Status status = ReadAll(file.table(kRounds), ReadRound, all.rounds); !status) return status;
  if (Status status = ReadAll(file.table(kBindings), ReadBinding, all.bindings); !status) return status;
  if (Status status = ReadAll(file.table(kReplies), ReadReply, all.replies); !status) return status;
  return file.table(kCounters).Read([&](SqlRow values) {
    RowReader row(values);
    if (row.View() == kNextJob) all.next_job = {row.U64()};
    return Status();
  });
}

template <typename Record>
Status PutAll(CheckedTable& table, const std::vector<Record>& records) {
  for (const Record& record : records) {
    if (Status status = table.Put(RowOf(record).row()); !status) return status;
  }
  return {};
}

Status Remove(StoreFile& file, const JobChanges& changes) {
  for (const JobId job : changes.removed_jobs) {
    RowWriter key;
    key.U64(job.value);
    for (const Tables table : {kJobs, kRounds, kBindings}) {
      if (Status status = file.table(table).Erase(key.row()); !status) return status;
    }
  }
  for (const RoundKey& round : changes.removed_bindings) {
    RowWriter key;
    key.Round(round);
    if (Status status = file.table(kBindings).Erase(key.row()); !status) return status;
  }
  for (const std::string& reply : changes.removed_replies) {
    RowWriter key;
    key.Text(reply);
    if (Status status = file.table(kReplies).Erase(key.row()); !status) return status;
  }
  return {};
}

Status Apply(StoreFile& file, const JobChanges& changes) {
  if (Status status = PutAll(file.table(kJobs), changes.jobs); !status) return status;
  if (Status status = PutAll(file.table(kRounds), changes.rounds); !status) return status;
  if (Status status = PutAll(file.table(kBindings), changes.bindings); !status) return status;
  if (Status status = PutAll(file.table(kReplies), changes.replies); !status) return status;
  if (changes.next_job != JobId{}) {
    RowWriter row;
    row.Text(kNextJob).U64(changes.next_job.value);
    if (Status status = file.table(kCounters).Put(row.row()); !status) return status;
  }
  return Remove(file, changes);
}

class SqliteJobStore final : public JobStore {
 public:
  SqliteJobStore(Runtime& runtime, std::unique_ptr<StoreFile> file)
      : file_(std::move(file)), writer_(runtime, *file_) {}

  Result<JobChanges> Load() override {
    JobChanges all;
    Status status;
    writer_.ReadNow([&] { status = ReadAll(*file_, all); });
    if (!status) return tl::unexpected(status.error());
    return all;
  }

  void Commit(JobChanges changes, Done<void> done) override {
    writer_.Write([this, changes = std::move(changes)] { return Apply(*file_, changes); }, std::move(done));
  }

 private:
  std::unique_ptr<StoreFile> file_;
  StoreWriter writer_;
};

}  // namespace

Result<std::unique_ptr<JobStore>> OpenSqliteJobStore(Runtime& runtime, const SqliteOptions& options) {
  auto file =
      StoreFile::Open(options, kFormat, {&JobTable(), &RoundTable(), &BindingTable(), &ReplyTable(), &CounterTable()});
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<SqliteJobStore>(runtime, std::move(*file));
}

}  // namespace propius
