#include "config/toml_text.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

using std::string_view_literals::operator""sv;

TEST(TomlText, LetsForeignLettersStandInCommentsAndStringsOnly) {
  EXPECT_FALSE(
      FindStrayByte("# Größe\nname = \"Köln\"\npath = 'Zürich'\nlong = \"\"\"\nÄ \"quoted\" \\\" ß\n\"\"\"\n"));
  EXPECT_EQ(FindStrayByte("name = \"a\"\n[jöb]\n"), 2U);
  EXPECT_EQ(FindStrayByte("a = \"\"\"\n\n\"\"\"\nö = 1"), 4U);
}

TEST(TomlText, RefusesControlCharactersOutsideOfStrings) {
  EXPECT_EQ(FindStrayByte("[\0]"sv), 1U);
  EXPECT_EQ(FindStrayByte("\xEF\xBB\xBF[job]"), 1U) << "a byte order mark";
  EXPECT_FALSE(FindStrayByte("a = 1\r\n\tb = 2\r\n"));
}

TEST(TomlText, TakesAStringThatIsNeverEndedForItsLineOnly) {
  EXPECT_EQ(FindStrayByte("a = \"open\nö = 1"), 2U);
  EXPECT_FALSE(FindStrayByte("a = '''open\nö = 1"));
  EXPECT_FALSE(FindStrayByte("a = \"\\"));
  EXPECT_FALSE(FindStrayByte(""));
}

}  // namespace
}  // namespace propius
