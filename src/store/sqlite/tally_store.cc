#include "store/tally_store.h"

#include <utility>

#include "base/check.h"
#include "base/crypto.h"
#include "store/sqlite.h"
#include "store/sqlite/row.h"
#include "store/sqlite/writer.h"

namespace propius {
namespace {

// Models and sums are large: with larger pages, fewer of them.
constexpr StoreFormat kFormat{
    .kind = "tally store", .application_id = 0x50727479, .version = 1, .page_size = 16384};  // "Prty"

enum Tables : std::size_t { kPlans, kTallies };

const TableSchema& PlanTable() {
  static const TableSchema schema{
      .name = "plans",
      .key = 1,
      .columns = {{"digest", "TEXT", "SHA-256 of bytes"}, {"size", "INTEGER", "bytes"}},
      .payload = "bytes",
  };
  return schema;
}

const TableSchema& TallyTable() {
  static const TableSchema schema{
      .name = "tallies",
      .key = 2,
      .columns = {{"job", "INTEGER"}, {"round", "INTEGER"}, {"state", "BLOB", "sum, bitmap and last segments"}},
  };
  return schema;
}

Status Apply(StoreFile& file, const TallyChanges& changes) {
  for (const StoredPlan& plan : changes.plans) {
    RowWriter row;
    row.OwnText(ToHex(plan.digest)).U64(plan.bytes->size()).Bytes(*plan.bytes);
    if (Status status = file.table(kPlans).Put(row.row()); !status) return status;
  }
  for (const StoredTally& tally : changes.tallies) {
    RowWriter row;
    row.Round(tally.round).Bytes(*tally.state);
    if (Status status = file.table(kTallies).Put(row.row()); !status) return status;
  }
  for (const Digest& digest : changes.removed_plans) {
    RowWriter key;
    key.OwnText(ToHex(digest));
    if (Status status = file.table(kPlans).Erase(key.row()); !status) return status;
  }
  for (const RoundKey& round : changes.removed_tallies) {
    RowWriter key;
    key.Round(round);
    if (Status status = file.table(kTallies).Erase(key.row()); !status) return status;
  }
  return {};
}

Status ReadAll(StoreFile& file, std::vector<StoredTally>& tallies) {
  return file.table(kTallies).Read([&](SqlRow values) {
    RowReader row(values);
    const RoundKey round = row.Round();
    tallies.push_back({round, std::make_shared<const std::string>(row.Bytes())});
    return Status();
  });
}

Result<Blob> ReadPlan(StoreFile& file, const Digest& digest) {
  const std::string hex = ToHex(digest);
  RowWriter key;
  key.Text(hex);
  Blob plan;
  const Result<bool> found = file.table(kPlans).ReadPayload(
      key.row(), [&](std::string_view bytes) { plan = std::make_shared<const std::string>(bytes); });
  if (!found) return tl::unexpected(found.error());
  if (!*found) return Fail(Code::kNotFound, "plans: expected plan " + hex + ", got none");
  const Digest got = Sha256(*plan);
  if (got != digest) {
    return Fail(Code::kDataLoss, "plans: expected bytes with digest " + hex + ", got " + ToHex(got));
  }
  return plan;
}

class SqliteTallyStore final : public TallyStore {
 public:
  SqliteTallyStore(Runtime& runtime, std::unique_ptr<StoreFile> file)
      : runtime_(runtime), file_(std::move(file)), writer_(runtime, *file_) {}

  Result<std::vector<StoredTally>> LoadTallies() override {
    std::vector<StoredTally> tallies;
    Status status;
    writer_.ReadNow([&] { status = ReadAll(*file_, tallies); });
    if (!status) return tl::unexpected(status.error());
    return tallies;
  }

  void LoadPlan(const Digest& digest, Done<Blob> done) override {
    writer_.Read([this, digest, done = std::move(done)] {
      runtime_.Post([done, plan = ReadPlan(*file_, digest)] { done(plan); });
    });
  }

  void Commit(TallyChanges changes, Done<void> done) override {
    for (const StoredPlan& plan : changes.plans) CHECK(plan.bytes != nullptr);
    for (const StoredTally& tally : changes.tallies) CHECK(tally.state != nullptr);
    writer_.Write([this, changes = std::move(changes)] { return Apply(*file_, changes); }, std::move(done));
  }

 private:
  Runtime& runtime_;
  std::unique_ptr<StoreFile> file_;
  StoreWriter writer_;
};

}  // namespace

Result<std::unique_ptr<TallyStore>> OpenSqliteTallyStore(Runtime& runtime, const SqliteOptions& options) {
  auto file = StoreFile::Open(options, kFormat, {&PlanTable(), &TallyTable()});
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<SqliteTallyStore>(runtime, std::move(*file));
}

}  // namespace propius
