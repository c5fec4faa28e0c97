#include "sdk/round_result.h"

#include <gtest/gtest.h>

#include "sdk/testing/samples.h"

namespace propius {
namespace {

using Metadata = std::map<std::string, std::string>;

Metadata Whole() {
  return {{"outcome", "completed"},
          {"reason", "target reached"},
          {"count", "8"},
          {"total_weight", "12.5"},
          {"target", "8"},
          {"ledger", R"({"granted": 12, "returned": 1, "bound": 10, "stranded": 1, "counted": 7, "late": 1,
                         "rejected": {"shape": 1}, "lost": {"failed": 1}, "final": true})"}};
}

TEST(ReadRoundResult, ReadsTheWholeRound) {
  const std::string file = testing::File("abcdefgh", Whole());
  const ReadResult read = ReadRoundResult(4, file).value();
  EXPECT_TRUE(read.final);
  EXPECT_EQ(read.result.round, 4U);
  EXPECT_EQ(read.result.outcome, "completed");
  EXPECT_EQ(read.result.reason, "target reached");
  EXPECT_EQ(read.result.count, 8U);
  EXPECT_EQ(read.result.total_weight, 12.5);
  EXPECT_EQ(read.result.tensors, file);
  EXPECT_TRUE(read.result.ledger_balances);
  const std::map<std::string, double> ledger{{"granted", 12},    {"returned", 1},      {"bound", 10},
                                             {"stranded", 1},    {"counted", 7},       {"late", 1},
                                             {"lost.failed", 1}, {"rejected.shape", 1}};
  EXPECT_EQ(read.result.ledger, ledger);
}

TEST(ReadRoundResult, KeepsNoTensorsOfAnAbortedRound) {
  Metadata metadata = Whole();
  metadata["outcome"] = "aborted";
  EXPECT_EQ(ReadRoundResult(1, WriteSafetensors({}, metadata)).value().result.tensors, "");
}

TEST(ReadRoundResult, SaysWhetherTheLedgerBalancesAndIsFinal) {
  Metadata metadata = Whole();
  const std::string ledger = metadata["ledger"];
  metadata["ledger"] = std::string(ledger).replace(ledger.find("true"), 4, "false");
  ReadResult read = ReadRoundResult(1, testing::File("abcdefgh", metadata)).value();
  EXPECT_FALSE(read.final);
  EXPECT_FALSE(read.result.ledger_balances);
  metadata["ledger"] = std::string(ledger).replace(ledger.find("12"), 2, "13");
  read = ReadRoundResult(1, testing::File("abcdefgh", metadata)).value();
  EXPECT_TRUE(read.final);
  EXPECT_FALSE(read.result.ledger_balances);
}

TEST(ReadRoundResult, RefusesWhatIsNotAnAggregateAndNamesTheField) {
  const auto message = [](const std::string& file) {
    const auto read = ReadRoundResult(1, file);
    if (read) return std::string("none");
    EXPECT_EQ(read.error().code, Code::kDataLoss);
    return read.error().message;
  };
  EXPECT_NE(message("no file").find("aggregate"), std::string::npos);
  const std::vector<std::pair<std::string, std::string>> spoilt{{"outcome", "open"},    {"outcome", ""},
                                                                {"count", "-1"},        {"count", "8.5"},
                                                                {"count", ""},          {"total_weight", "x"},
                                                                {"total_weight", "1 "}, {"ledger", ""},
                                                                {"ledger", "[1, 2]"},   {"ledger", "{\"granted\": 1}"}};
  for (const auto& [field, value] : spoilt) {
    Metadata metadata = Whole();
    metadata[field] = value;
    EXPECT_NE(message(testing::File("abcdefgh", metadata)).find(field), std::string::npos) << field << "=" << value;
  }
  for (const char* wrong : {"\"granted\": -12", "\"granted\": 4294967296", "\"granted\": \"12\""}) {
    Metadata metadata = Whole();
    metadata["ledger"].replace(1, 13, wrong);
    EXPECT_NE(message(testing::File("abcdefgh", metadata)).find("ledger"), std::string::npos) << wrong;
  }
  Metadata metadata = Whole();
  metadata["ledger"].replace(metadata["ledger"].find("{\"shape\": 1}"), 12, "{\"shape\": []}");
  EXPECT_NE(message(testing::File("abcdefgh", metadata)).find("ledger"), std::string::npos);
}

}  // namespace
}  // namespace propius
