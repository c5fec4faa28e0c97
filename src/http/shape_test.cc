#include "http/shape.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

using Headers = std::map<std::string, std::string>;

HttpAnswer Plan() {
  return {200,
          {{"Accept-Ranges", "bytes"}, {"ETag", "\"abc\""}, {"Content-Type", "application/octet-stream"}},
          std::make_shared<const std::string>("0123456789")};
}

TEST(Range, ReadsTheThreeForms) {
  const auto expect = [](std::string_view header, std::uint64_t offset, std::uint64_t size) {
    const Result<ByteRange> range = ParseRange(header, 10);
    ASSERT_TRUE(range) << header;
    EXPECT_EQ(range->offset, offset) << header;
    EXPECT_EQ(range->size, size) << header;
  };
  expect("bytes=0-0", 0, 1);
  expect("bytes=2-5", 2, 4);
  expect("bytes=2-", 2, 8);
  expect("bytes=9-100", 9, 1);
  expect("bytes=-3", 7, 3);
  expect("bytes=-100", 0, 10);
  expect("bytes=0-18446744073709551615", 0, 10);
}

TEST(Range, LiesBeyondTheEnd) {
  for (const std::string header : {"bytes=10-", "bytes=10-11", "bytes=-0"}) {
    const Result<ByteRange> range = ParseRange(header, 10);
    ASSERT_FALSE(range) << header;
    EXPECT_EQ(range.error().code, Code::kOutOfRange) << header;
  }
  EXPECT_EQ(ParseRange("bytes=0-", 0).error().code, Code::kOutOfRange);
  EXPECT_EQ(ParseRange("bytes=-1", 0).error().code, Code::kOutOfRange);
}

TEST(Range, IsIgnoredWhenItIsNotOneRangeOfBytes) {
  for (const std::string header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=5-2", "bytes=0-1,3-4", "bytes=a-b", "lines=0-1",
        "bytes=+1-2", "bytes=1--2", "bytes=0-99999999999999999999"}) {
    const Result<ByteRange> range = ParseRange(header, 10);
    ASSERT_FALSE(range) << header;
    EXPECT_EQ(range.error().code, Code::kNotFound) << header;
  }
}

TEST(Etag, IsFoundInALists) {
  EXPECT_TRUE(MatchesEtag("\"abc\"", "\"abc\""));
  EXPECT_TRUE(MatchesEtag("\"x\", W/\"abc\"", "\"abc\""));
  EXPECT_TRUE(MatchesEtag("*", "\"abc\""));
  EXPECT_FALSE(MatchesEtag("\"ab\"", "\"abc\""));
  EXPECT_FALSE(MatchesEtag("abc", "\"abc\""));
  EXPECT_FALSE(MatchesEtag("", "\"abc\""));
  EXPECT_FALSE(MatchesEtag(",,", ""));
}

TEST(Shape, CutsARange) {
  HttpAnswer answer = Plan();
  const ByteRange part = ShapeAnswer("GET", Headers{{"range", "bytes=2-4"}}, answer);
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.headers.at("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part.offset, 2U);
  EXPECT_EQ(part.size, 3U);
}

TEST(Shape, RefusesARangeBeyondTheEndAndSaysHowLongItIs) {
  HttpAnswer answer = Plan();
  const ByteRange part = ShapeAnswer("GET", Headers{{"range", "bytes=10-"}}, answer);
  EXPECT_EQ(answer.status, 416);
  EXPECT_EQ(answer.headers.at("Content-Range"), "bytes */10");
  EXPECT_FALSE(answer.headers.contains("ETag"));
  EXPECT_EQ(part.size, answer.body->size());
}

TEST(Shape, AnswersNotModifiedBeforeItLooksAtTheRange) {
  HttpAnswer answer = Plan();
  const ByteRange part = ShapeAnswer("GET", Headers{{"range", "bytes=0-1"}, {"if-none-match", "\"abc\""}}, answer);
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.headers.at("ETag"), "\"abc\"");
  EXPECT_FALSE(answer.headers.contains("Content-Type"));
  EXPECT_EQ(answer.body, nullptr);
  EXPECT_EQ(part.size, 0U);
}

TEST(Shape, SendsTheWholeWhenTheRangeIsOfAnotherVersion) {
  HttpAnswer answer = Plan();
  EXPECT_EQ(ShapeAnswer("GET", Headers{{"range", "bytes=0-1"}, {"if-range", "\"old\""}}, answer).size, 10U);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(ShapeAnswer("GET", Headers{{"range", "bytes=0-1"}, {"if-range", "\"abc\""}}, answer).size, 2U);
  EXPECT_EQ(answer.status, 206);
}

TEST(Shape, LeavesOtherAnswersAlone) {
  const Headers asked{{"range", "bytes=0-1"}, {"if-none-match", "*"}};
  HttpAnswer posted = Plan();
  EXPECT_EQ(ShapeAnswer("POST", asked, posted).size, 10U);
  EXPECT_EQ(posted.status, 200);

  HttpAnswer failed = Plan();
  failed.status = 404;
  EXPECT_EQ(ShapeAnswer("GET", asked, failed).size, 10U);
  EXPECT_EQ(failed.status, 404);

  HttpAnswer unranged{200, {}, std::make_shared<const std::string>("0123456789")};
  EXPECT_EQ(ShapeAnswer("GET", asked, unranged).size, 10U);
  EXPECT_EQ(unranged.status, 200);

  HttpAnswer head = Plan();
  EXPECT_EQ(ShapeAnswer("HEAD", Headers{{"range", "bytes=0-1"}}, head).size, 10U);
  EXPECT_EQ(head.status, 200);

  HttpAnswer empty{200, {}, nullptr};
  EXPECT_EQ(ShapeAnswer("GET", asked, empty).size, 0U);
}

}  // namespace
}  // namespace propius
