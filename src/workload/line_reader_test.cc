#include "workload/line_reader.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/testing.h"

namespace propius {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string GzipFile(const TestFolder& folder, const std::string& name, const std::string& content) {
  const std::string path = (folder / name).string();
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  return path;
}

std::vector<std::string> All(LineReader reader) {
  std::vector<std::string> lines;
  std::string_view line;
  while (reader.Next(line)) lines.emplace_back(line);
  EXPECT_TRUE(reader.status());
  return lines;
}

TEST(LineReader, GivesLinesWithoutTheirEnds) {
  EXPECT_THAT(All(LineReader::Over("a\r\nb\n\nc", "text")), ElementsAre("a", "b", "", "c"));
}

TEST(LineReader, GivesNothingOfNothing) { EXPECT_THAT(All(LineReader::Over("", "text")), ElementsAre()); }

TEST(LineReader, ReadsPlainAndGzippedFilesAlike) {
  const TestFolder folder;
  Result<LineReader> plain = LineReader::Open(folder.Write("lines.txt", "one\ntwo\n"));
  ASSERT_TRUE(plain);
  EXPECT_THAT(All(*std::move(plain)), ElementsAre("one", "two"));
  Result<LineReader> gzipped = LineReader::Open(GzipFile(folder, "lines.gz", "one\ntwo\n"));
  ASSERT_TRUE(gzipped);
  EXPECT_THAT(All(*std::move(gzipped)), ElementsAre("one", "two"));
}

TEST(LineReader, JoinsLinesThatReachOverItsBuffer) {
  std::string content;
  for (int i = 0; i < 40; ++i) content += std::string(20'000, static_cast<char>('a' + i % 26)) + '\n';
  const std::vector<std::string> lines = All(LineReader::Over(content, "text"));
  ASSERT_EQ(lines.size(), 40);
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(lines[static_cast<std::size_t>(i)], std::string(20'000, static_cast<char>('a' + i % 26)));
  }
}

TEST(LineReader, RefusesALineWithoutAnEnd) {
  const std::string endless = "first\n" + std::string(3 << 20, 'x');
  LineReader reader = LineReader::Over(endless, "text");
  std::string_view line;
  EXPECT_TRUE(reader.Next(line));
  EXPECT_FALSE(reader.Next(line));
  ASSERT_FALSE(reader.status());
  EXPECT_THAT(reader.status().error().message, HasSubstr("text:2: expected lines below a megabyte"));
}

TEST(LineReader, SaysWhichFileIsNotThere) {
  const Result<LineReader> reader = LineReader::Open("/nowhere/trace.csv");
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message, HasSubstr("/nowhere/trace.csv: expected a file to read"));
}

TEST(LineReader, ReportsGzipDataThatIsCutShort) {
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += std::to_string(i * 7'919 % 1'000'003) + "\n";
  const TestFolder folder;
  const std::string path = GzipFile(folder, "cut.gz", content);
  std::ifstream whole(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(whole)), {});
  Result<LineReader> reader = LineReader::Open(folder.Write("cut.gz", bytes.substr(0, bytes.size() / 2)));
  ASSERT_TRUE(reader);
  std::string_view line;
  while (reader->Next(line)) {
  }
  ASSERT_FALSE(reader->status());
  EXPECT_EQ(reader->status().error().code, Code::kDataLoss);
  EXPECT_THAT(reader->status().error().message, HasSubstr("expected whole gzip data"));
}

}  // namespace
}  // namespace propius
