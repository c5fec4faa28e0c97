#include "store/sqlite/file.h"

#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "store/sample_records.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/row.h"
#include "store/store_fixture.h"

namespace propius {
namespace {

const TableSchema kWords{
    .name = "words", .key = 2, .columns = {{"page", "INTEGER"}, {"line", "INTEGER"}, {"word", "TEXT", "any"}}};
constexpr StoreFormat kBook{.kind = "book", .application_id = 77, .version = 3};

class OneFile : public testing::Test {
 protected:
  std::unique_ptr<StoreFile> Open() { return StoreFile::Open({folder_ / "book.db", false}, kBook, {&kWords}).value(); }
  StoreFile::Change Put(std::uint32_t page, std::uint32_t line, std::string word) {
    return [this, page, line, word = std::move(word)] {
      RowWriter row;
      row.U32(page).U32(line).Text(word);
      return file_->table(0).Put(row.row());
    };
  }
  StoreFile::Change ErasePage(std::uint32_t page) {
    return [this, page] {
      RowWriter key;
      key.U32(page);
      return file_->table(0).Erase(key.row());
    };
  }
  std::string Words() {
    std::string words;
    const Status status = file_->table(0).Read([&](SqlRow values) {
      RowReader row(values);
      row.U64();
      row.U64();
      words += row.Text() + " ";
      return Status();
    });
    EXPECT_TRUE(status) << status.error().message;
    return words;
  }
  void Reopen() {
    file_.reset();
    file_ = Open();
  }

  TestFolder folder_;
  std::unique_ptr<StoreFile> file_ = Open();
};

StoreFile::Change Refuse() {
  return [] { return Fail(Code::kInvalidArgument, "expected a better change"); };
}

TEST_F(OneFile, ReadsRowsInTheOrderOfTheirKeys) {
  for (const Status& status : file_->Write(std::vector{Put(2, 1, "c"), Put(1, 2, "b"), Put(1, 1, "a")})) {
    EXPECT_TRUE(status);
  }
  EXPECT_EQ(Words(), "a b c ");
  Reopen();
  EXPECT_EQ(Words(), "a b c ");
}

TEST_F(OneFile, ErasesByTheBeginningOfAKey) {
  file_->Write(std::vector{Put(1, 1, "a"), Put(1, 2, "b"), Put(2, 1, "c")});
  file_->Write(std::vector{ErasePage(1)});
  Reopen();
  EXPECT_EQ(Words(), "c ");
}

TEST_F(OneFile, LetsOneBadChangeFailAlone) {
  const auto half = [this] {
    const Status status = Put(9, 9, "half")();
    return status ? Refuse()() : status;
  };
  const std::vector<Status> answers =
      file_->Write(std::vector<StoreFile::Change>{Put(1, 1, "a"), half, Put(1, 2, "b")});
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_TRUE(answers[0]);
  ASSERT_FALSE(answers[1]);
  EXPECT_EQ(answers[1].error().code, Code::kInvalidArgument);
  EXPECT_TRUE(answers[2]);
  Reopen();
  EXPECT_EQ(Words(), "a b ");
}

TEST_F(OneFile, TakesNoChanges) { EXPECT_TRUE(file_->Write({}).empty()); }

TEST_F(OneFile, EndsAReadAtTheFirstErrorOfTheReader) {
  file_->Write(std::vector{Put(1, 1, "a"), Put(1, 2, "b")});
  int seen = 0;
  const Status status = file_->table(0).Read([&](SqlRow) {
    ++seen;
    return Refuse()();
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(file_->table(0).totals().rows, 2);
}

TEST_F(OneFile, NamesTheFileInAFailure) {
  const SqlConnection connection = SqlConnection::Open(folder_ / "other.db").value();
  const Status status = connection.Run("SELECT nothing");
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("other.db"), std::string::npos);
  EXPECT_FALSE(connection.Number("nonsense"));
  EXPECT_FALSE(connection.Text("nonsense"));
}

TEST(Fingerprint, DiffersWhenAnythingDoes) {
  const std::string longer(300, 'x');
  std::string other = longer;
  other[299] = 'y';
  const std::vector<std::vector<SqlValue>> rows{{},
                                                {{}},
                                                {std::int64_t{0}},
                                                {std::int64_t{1}},
                                                {0.0},
                                                {1.0},
                                                {""},
                                                {"a"},
                                                {SqlBlob{"a"}},
                                                {"a", ""},
                                                {"", "a"},
                                                {"aa"},
                                                {longer},
                                                {other},
                                                {SqlBlob{longer}},
                                                {std::int64_t{0}, {}},
                                                {{}, std::int64_t{0}}};
  std::vector<std::uint64_t> seen;
  for (const auto& row : rows) {
    seen.push_back(Fingerprint("t", row));
    seen.push_back(Fingerprint("u", row));
  }
  std::ranges::sort(seen);
  EXPECT_TRUE(std::ranges::adjacent_find(seen) == seen.end());
}

TEST(Columns, KeepEveryDoubleBitForBit) {
  Rng rng(4);
  std::map<std::string, double> numbers{{"inf", std::numeric_limits<double>::infinity()},
                                        {"minus", -std::numeric_limits<double>::infinity()},
                                        {"zero", -0.0},
                                        {"max", std::numeric_limits<double>::max()}};
  for (int i = 0; i < 1'000; ++i) {
    const double number = std::bit_cast<double>(rng());
    if (std::isfinite(number)) numbers["n" + std::to_string(i)] = number;
  }
  const auto back = NumbersFromJson(NumbersToJson(numbers)).value();
  ASSERT_EQ(back, numbers);
  EXPECT_TRUE(std::signbit(back.at("zero")));
  EXPECT_TRUE(std::isnan(NumbersFromJson(NumbersToJson({{"nan", std::nan("")}})).value().at("nan")));
}

TEST(Columns, RefuseWhatTheyWouldNotWrite) {
  for (const char* json : {"", "[]", "7", "{\"a\":true}", "{\"a\":\"b\"}", "{\"a\":1", "{\"a\":null}"}) {
    const auto numbers = NumbersFromJson(json);
    ASSERT_FALSE(numbers) << json;
    EXPECT_EQ(numbers.error().code, Code::kDataLoss);
  }
  EXPECT_EQ(AttributesFromJson("{\"A\":1}", "needs").error().code, Code::kDataLoss);
  EXPECT_EQ(AttributesFromJson("{\"a\":\"inf\"}", "needs").error().code, Code::kDataLoss);
  EXPECT_EQ(DigestFromHex("0", "plan").error().code, Code::kDataLoss);
  EXPECT_EQ(FromName("sleeping", JobState::kFinished, StateName, "state").error().code, Code::kDataLoss);
}

TEST(SqliteJobStore, CanBeReadByAnOperator) {
  const TestFolder folder;
  RealRuntime runtime("test");
  {
    const auto store = OpenSqliteJobStore(runtime, {folder / "jobs.db", false}).value();
    ASSERT_TRUE(CommitAndWait(runtime, *store, SampleState()));
  }
  const SqlConnection connection = SqlConnection::Open(folder / "jobs.db").value();
  const auto text = [&](const std::string& sql) { return connection.Text(sql).value(); };
  EXPECT_EQ(text("SELECT state FROM jobs WHERE id = 1"), "allocated");
  EXPECT_EQ(connection.Number("SELECT sum(amount) FROM jobs").value(), 128);
  EXPECT_EQ(text("SELECT datetime(time_stamp / 1000000, 'unixepoch') FROM jobs"), "2023-11-14 22:13:20");
  EXPECT_EQ(text("SELECT CAST(json_extract(public_constraint, '$.cpu_f') AS TEXT) FROM jobs"), "7.25");
  EXPECT_EQ(text("SELECT printf('%u', device) FROM bindings WHERE slot = 1"), "18364758544493051905");
  EXPECT_EQ(text("SELECT outcome FROM rounds"), "completed");
  EXPECT_EQ(text("SELECT plan FROM rounds"), ToHex(Sha256("plan")));
  EXPECT_EQ(text("SELECT refusal FROM replies"), "resource_exhausted");
}

TEST(SqliteJobStore, KeepsAScoreThatIsNoNumber) {
  const TestFolder folder;
  RealRuntime runtime("test");
  {
    const auto store = OpenSqliteJobStore(runtime, {folder / "jobs.db", false}).value();
    Job job = SampleJob(1);
    job.score = std::numeric_limits<double>::quiet_NaN();
    job.spec.over_commit = -0.0;
    ASSERT_TRUE(CommitAndWait(runtime, *store, JobChanges{.jobs = {job}}));
  }
  const auto store = OpenSqliteJobStore(runtime, {folder / "jobs.db", false});
  ASSERT_TRUE(store) << store.error().message;
  const Job job = (*store)->Load().value().jobs.at(0);
  EXPECT_TRUE(std::isnan(job.score));
  EXPECT_EQ(job.spec.over_commit, 0.0);
}

}  // namespace
}  // namespace propius
