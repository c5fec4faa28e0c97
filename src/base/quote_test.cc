#include "base/quote.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Quote, ShowsPlainTextAsItIs) { EXPECT_EQ(Quote("conv1.weight, 3"), "\"conv1.weight, 3\""); }

TEST(Quote, ShowsOtherBytesByTheirNumber) {
  EXPECT_EQ(Quote(std::string("\0\n\xff", 3)), "\"\\x00\\x0a\\xff\"");
  EXPECT_EQ(Quote("a\"b\\c"), "\"a\\\"b\\\\c\"");
}

TEST(Quote, CutsLongText) {
  EXPECT_EQ(Quote(std::string(80, 'a')), "\"" + std::string(80, 'a') + "\"");
  EXPECT_EQ(Quote(std::string(81, 'a')), "\"" + std::string(80, 'a') + "...\"");
}

}  // namespace
}  // namespace propius
