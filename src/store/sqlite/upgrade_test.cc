#include "store/sqlite/upgrade.h"

#include <gtest/gtest.h>

#include "store/sample_records.h"
#include "store/sqlite/file.h"
#include "store/sqlite/row.h"
#include "store/sqlite/rows.h"
#include "store/store_fixture.h"

namespace propius {
namespace {

const TableSchema kWords{.name = "words",
                         .key = 1,
                         .columns = {{"line", "INTEGER"},
                                     {"ink", "TEXT", "of the pen", 2, std::string_view("black")},
                                     {"word", "TEXT"},
                                     {"size", "REAL", "", 3, 12.5}}};
const TableSchema kPages{.name = "pages", .key = 1, .columns = {{"page", "INTEGER"}}};
const TableSchema kOldWords = kWords.At(1);
constexpr StoreFormat kOldBook{.kind = "book", .application_id = 77, .version = 1};
constexpr StoreFormat kBook{.kind = "book", .application_id = 77, .version = 3, .oldest = 1};

class StoreUpgrade : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = StoreFile::Open(options_, kOldBook, {&kOldWords, &kPages}).value();
    const auto put = [&] {
      for (std::uint32_t line = 1; line <= 3; ++line) {
        RowWriter row;
        row.U32(line).OwnText("word " + std::to_string(line));
        if (const Status status = file->table(0).Put(row.row()); !status) return status;
      }
      RowWriter page;
      page.U32(9);
      return file->table(1).Put(page.row());
    };
    ASSERT_TRUE(file->Write(std::vector<StoreFile::Change>{put}).at(0));
  }
  Result<std::unique_ptr<StoreFile>> Open(const StoreFormat& format = kBook) {
    return StoreFile::Open(options_, format, {&kWords, &kPages});
  }
  std::string Words(StoreFile& file) {
    std::string words;
    EXPECT_TRUE(file.table(0).Read([&](SqlRow values) {
      RowReader row(values);
      words += std::to_string(row.U32()) + " ";
      words += row.Text() + " ";
      words += row.Text() + " ";
      words += std::to_string(row.Real()) + ";";
      return Status();
    }));
    return words;
  }

  TestFolder folder_;
  SqliteOptions options_{folder_ / "book.db", false};
};

TEST_F(StoreUpgrade, GivesOldRowsWhatNewColumnsSayOfThem) {
  for (int opened = 0; opened < 2; ++opened) {
    const auto file = Open();
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(Words(**file), "1 black word 1 12.500000;2 black word 2 12.500000;3 black word 3 12.500000;");
    EXPECT_EQ((*file)->table(1).totals().rows, 1);
  }
}

TEST_F(StoreUpgrade, TakesRowsOfTheNewFormatAfterwards) {
  {
    const auto file = Open().value();
    const auto put = [&] {
      RowWriter row;
      row.U32(2).Text("red").Text("new").Real(8);
      return file->table(0).Put(row.row());
    };
    ASSERT_TRUE(file->Write(std::vector<StoreFile::Change>{put}).at(0));
  }
  EXPECT_EQ(Words(*Open().value()), "1 black word 1 12.500000;2 red new 8.000000;3 black word 3 12.500000;");
}

TEST_F(StoreUpgrade, CannotBeUndoneByAnOlderProgram) {
  Open().value().reset();
  const auto old = StoreFile::Open(options_, kOldBook, {&kOldWords, &kPages});
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, Code::kFailedPrecondition);
}

TEST_F(StoreUpgrade, RefusesAVersionThatItDoesNotKnow) {
  const auto refused = Open({.kind = "book", .application_id = 77, .version = 3, .oldest = 2});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
}

TEST_F(StoreUpgrade, RefusesDamagedRowsAndLeavesTheFileAsItWas) {
  const auto run = [&](const std::string& sql) {
    SqlConnection connection = SqlConnection::Open(options_.file).value();
    ASSERT_TRUE(connection.CheckpointOnClose(true));
    ASSERT_TRUE(connection.Run(sql));
  };
  run("UPDATE words SET word = 'edited' WHERE line = 2");
  const auto edited = Open();
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error().code, Code::kDataLoss);
  run("DELETE FROM words WHERE line = 2");
  const auto missing = Open();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kDataLoss);
  EXPECT_EQ(SqlConnection::Open(options_.file).value().Number("PRAGMA user_version").value(), 1);
}

TEST(SqliteJobStore, OpensAStoreThatIsOlderThanSharesAndWork) {
  const TestFolder folder;
  const SqliteOptions options{folder / "jobs.db", false};
  constexpr std::size_t kColumns = 29;
  Job job = SampleJob(7);
  job.spec.share = 1;
  job.spec.work = {};
  job.spec.sync.reset();
  {
    const TableSchema jobs = JobTable().At(1);
    const TableSchema rounds = RoundTable().At(1);
    ASSERT_EQ(jobs.columns.size(), kColumns);
    const TableSchema counters{.name = "counters", .key = 1, .columns = {{"name", "TEXT"}, {"value", "INTEGER"}}};
    const auto file = StoreFile::Open(options, {.kind = "job store", .application_id = 0x50726a62, .version = 1},
                                      {&jobs, &rounds, &BindingTable(), &ReplyTable(), &counters})
                          .value();
    const auto put = [&] { return file->table(0).Put(RowOf(job).row().first(kColumns)); };
    ASSERT_TRUE(file->Write(std::vector<StoreFile::Change>{put}).at(0));
  }
  RealRuntime runtime("test");
  const auto store = OpenSqliteJobStore(runtime, options);
  ASSERT_TRUE(store) << store.error().message;
  const auto loaded = (*store)->Load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->jobs, std::vector<Job>{job});
}

}  // namespace
}  // namespace propius
