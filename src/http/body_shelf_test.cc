#include "http/body_shelf.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr std::size_t kLength = 1 << 20;

TEST(BodyShelf, GivesTheMemoryOfOneBodyToTheNext) {
  BodyShelf shelf(4 * kLength);
  EXPECT_EQ(shelf.Take(kLength), "");
  std::string body(kLength, 'x');
  const char* const memory = body.data();
  shelf.Put(std::move(body));
  const std::string next = shelf.Take(kLength - 10);
  EXPECT_EQ(next.data(), memory);
  EXPECT_EQ(next.size(), kLength - 10);
  EXPECT_EQ(shelf.Take(kLength), "");
}

TEST(BodyShelf, GivesOnlyWhatFits) {
  BodyShelf shelf(4 * kLength);
  shelf.Put(std::string(kLength, 'x'));
  EXPECT_EQ(shelf.Take(2 * kLength), "");
  EXPECT_EQ(shelf.Take(kLength / 4), "");
  EXPECT_EQ(shelf.Take(kLength).size(), kLength);
}

TEST(BodyShelf, KeepsNoMoreThanItsLimit) {
  BodyShelf shelf(kLength + kLength / 2);
  shelf.Put(std::string(kLength, 'x'));
  shelf.Put(std::string(kLength, 'y'));
  EXPECT_EQ(shelf.Take(kLength).front(), 'x');
  EXPECT_EQ(shelf.Take(kLength), "");
  shelf.Put(std::string(kLength, 'z'));
  EXPECT_EQ(shelf.Take(kLength).front(), 'z');
}

TEST(BodyShelf, LeavesSmallBodiesToTheAllocator) {
  BodyShelf shelf(4 * kLength);
  shelf.Put(std::string(1000, 'x'));
  EXPECT_EQ(shelf.Take(1000), "");
}

}  // namespace
}  // namespace propius
