#include "report/text.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Text, EscapesWhatMarkupWouldRead) {
  EXPECT_EQ(Escape(R"(<script a="b" c='d'>&amp;</script>)"),
            "&lt;script a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;amp;&lt;/script&gt;");
  EXPECT_EQ(Escape("plain text, “quoted” → 東京 🚀"), "plain text, “quoted” → 東京 🚀");
  EXPECT_EQ(Escape(""), "");
}

TEST(Text, ReplacesWhatNeitherMarkupNorTerminalShouldGet) {
  EXPECT_EQ(Escape(std::string_view("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(Escape("\x1b[2Jgone"), "\uFFFD[2Jgone");
  EXPECT_EQ(Escape("two\nlines\tand a tab"), "two lines and a tab");
  EXPECT_EQ(Escape("next\u0085line"), "next\uFFFDline");
  EXPECT_EQ(Escape("turned \u202Eround"), "turned \uFFFDround");
}

TEST(Text, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(Escape("\xff"), "\uFFFD");
  EXPECT_EQ(Escape("a\xc3"), "a\uFFFD");          // ends within a character
  EXPECT_EQ(Escape("\xc0\xaf"), "\uFFFD\uFFFD");  // overlong
  EXPECT_EQ(Escape("\xe0\x80\xaf").substr(0, 3), "\uFFFD");
  EXPECT_EQ(Escape("\xed\xa0\x80").substr(0, 3), "\uFFFD");      // a surrogate
  EXPECT_EQ(Escape("\xf4\x90\x80\x80").substr(0, 3), "\uFFFD");  // beyond Unicode
}

TEST(Text, GoesToUtf8AndBack) {
  const std::string text = "a é – 東 🚀";
  EXPECT_EQ(ToUtf8(ReadableCodePoints(text)), text);
  EXPECT_EQ(ReadableCodePoints("é🚀"), U"é🚀");
}

TEST(Text, IsWiderWithMoreAndBroaderLetters) {
  EXPECT_EQ(EstimateWidth("", 12), 0);
  EXPECT_GT(EstimateWidth("mmm", 12), EstimateWidth("iii", 12));
  EXPECT_DOUBLE_EQ(EstimateWidth("abc", 24), 2 * EstimateWidth("abc", 12));
  EXPECT_DOUBLE_EQ(EstimateWidth("東", 10), 10);
}

TEST(Text, IsCutWithAnEllipsisWhereItDoesNotFit) {
  EXPECT_EQ(FitWidth("short", 12, 100), "short");
  const std::string cut = FitWidth("a name that goes on and on", 12, 80);
  EXPECT_TRUE(cut.ends_with("…")) << cut;
  EXPECT_LE(EstimateWidth(cut, 12), 80);
  EXPECT_EQ(FitWidth("anything", 12, 3), "");
  EXPECT_EQ(FitWidth("anything", 12, -5), "");
}

TEST(Text, TakesColumnsOnATerminal) {
  EXPECT_EQ(Columns("abc"), 3U);
  EXPECT_EQ(Columns("é–"), 2U);
  EXPECT_EQ(Columns("東京"), 4U);
  EXPECT_EQ(Columns("e\u0301"), 1U);  // a letter and its accent
  EXPECT_EQ(Columns(""), 0U);
}

TEST(Text, IsCutToColumns) {
  EXPECT_EQ(FitColumns("abcdef", 6), "abcdef");
  EXPECT_EQ(FitColumns("abcdef", 5), "abcd…");
  EXPECT_EQ(FitColumns("東京都庁", 6), "東京…");
  EXPECT_EQ(FitColumns("ab cdef", 4), "ab…");
  EXPECT_EQ(FitColumns("abc", 1), "…");
  EXPECT_EQ(FitColumns("abc", 0), "");
  EXPECT_EQ(FitColumns("", 0), "");
}

}  // namespace
}  // namespace propius
