#include "http/commit_messages.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

using State = CommitAnswer::State;

TEST(CommitQuery, IsReadWholly) {
  const auto request = ReadCommit({{"number", "3"},
                                   {"version", "17"},
                                   {"steps", "40"},
                                   {"step_us", "500000"},
                                   {"commit_us", "1200"},
                                   {"loss", "0.25"},
                                   {"wait", "5s"}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->report.number, 3U);
  EXPECT_EQ(request->report.version, 17U);
  EXPECT_EQ(request->report.steps, 40U);
  EXPECT_EQ(request->report.step_time, 500ms);
  EXPECT_EQ(request->report.commit_time, 1200us);
  EXPECT_EQ(request->report.loss, 0.25);
}

TEST(CommitQuery, NeedsOnlyANumber) {
  EXPECT_EQ(ReadCommit({{"number", "1"}}).value().report.steps, 1U);
  EXPECT_EQ(ReadCommit({}).error().message, "number: expected a whole number from 1, got none");
}

TEST(CommitQuery, RefusesWhatIsNoNumberOrOutOfRange) {
  for (const auto& [key, value] : std::map<std::string, std::string>{{"number", "0"},
                                                                     {"version", "-1"},
                                                                     {"steps", "0"},
                                                                     {"step_us", "1e3"},
                                                                     {"commit_us", "99999999999999999"},
                                                                     {"loss", "nan"}}) {
    std::map<std::string, std::string> query{{"number", "1"}};
    query[key] = value;
    const auto request = ReadCommit(query);
    ASSERT_FALSE(request) << key;
    EXPECT_TRUE(request.error().message.starts_with(key + ": expected a number from ")) << request.error().message;
  }
}

TEST(CommitAnswer, TellsWhatToDoAndCarriesTheParameters) {
  CommitAnswer answer;
  answer.commits = 5;
  answer.version = 17;
  answer.work = {.until = TrainFor{9800ms}, .batch = 64};
  answer.parameters = std::make_shared<const std::string>("tensors");
  const HttpAnswer http = AnswerOf(Result<CommitAnswer>(answer));
  EXPECT_EQ(http.status, 200);
  EXPECT_EQ(*http.body, "tensors");
  EXPECT_EQ(http.headers.at("Propius-Version"), "17");
  EXPECT_EQ(http.headers.at("Propius-Commits"), "5");
  EXPECT_EQ(http.headers.at("Propius-Work"), "us=9800000");
  EXPECT_EQ(http.headers.at("Propius-Batch"), "64");
  EXPECT_EQ(http.headers.at("Propius-Push"), "difference");
  answer.work.until = TrainSteps{40};
  answer.push = PushForm::kParameters;
  EXPECT_EQ(AnswerOf(Result<CommitAnswer>(answer)).headers.at("Propius-Work"), "steps=40");
  EXPECT_EQ(AnswerOf(Result<CommitAnswer>(answer)).headers.at("Propius-Push"), "parameters");
}

TEST(CommitAnswer, HasAStatusForEachState) {
  const auto of = [](State state) {
    CommitAnswer answer;
    answer.state = state;
    answer.commits = 4;
    answer.reason = "why";
    return AnswerOf(Result<CommitAnswer>(answer));
  };
  EXPECT_EQ(of(State::kWaiting).status, 202);
  EXPECT_EQ(of(State::kGap).status, 409);
  EXPECT_EQ(*of(State::kGap).body, R"({"state":"gap","commits":4,"reason":"why"})");
  EXPECT_EQ(of(State::kOver).status, 410);
  EXPECT_EQ(of(State::kRejected).status, 422);
  EXPECT_EQ(of(State::kRejected).headers.at("Propius-Commits"), "4");
  EXPECT_EQ(AnswerOf(Result<CommitAnswer>(Fail(Code::kNotFound, "no"))).status, 404);
}

TEST(ParametersAnswer, CarriesTheCounts) {
  ParametersView view{.round = {{1}, {1}},
                      .version = 2,
                      .commits = 3,
                      .steps = 4,
                      .workers = 5,
                      .loss = 0.5,
                      .parameters = std::make_shared<const std::string>("tensors")};
  const HttpAnswer http = AnswerOf(Result<ParametersView>(view));
  EXPECT_EQ(http.headers.at("Propius-Workers"), "5");
  EXPECT_EQ(http.headers.at("Propius-Loss"), "0.500000");
  EXPECT_EQ(AnswerOf(Result<ParametersView>(Fail(Code::kNotFound, "no"))).status, 404);
}

}  // namespace
}  // namespace propius
