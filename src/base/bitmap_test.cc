#include "base/bitmap.h"

#include <set>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

Bitmap Of(const std::set<std::uint32_t>& bits) {
  Bitmap bitmap;
  for (const std::uint32_t bit : bits) bitmap.Set(bit);
  return bitmap;
}

TEST(Bitmap, ReadsABitThatWasNeverSetAsClear) {
  EXPECT_FALSE(Bitmap().Test(0));
  EXPECT_FALSE(Of({3}).Test(2));
  EXPECT_FALSE(Of({3}).Test(1'000'000));
}

TEST(Bitmap, HoldsWhatASetWouldHold) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Rng chance(seed);
    Bitmap bitmap;
    std::set<std::uint32_t> expected;
    for (int i = 0; i < 300; ++i) {
      const auto bit = static_cast<std::uint32_t>(chance.Below(200));
      if (chance.Chance(0.4)) {
        bitmap.Clear(bit);
        expected.erase(bit);
      } else {
        bitmap.Set(bit);
        expected.insert(bit);
      }
    }
    EXPECT_EQ(bitmap.Bits(), std::vector<std::uint32_t>(expected.begin(), expected.end()));
    EXPECT_EQ(bitmap.Count(), expected.size());
    EXPECT_EQ(bitmap.End(), expected.empty() ? 0 : *expected.rbegin() + 1);
    EXPECT_EQ(bitmap.Empty(), expected.empty());
    for (std::uint32_t bit = 0; bit < 200; ++bit) EXPECT_EQ(bitmap.Test(bit), expected.contains(bit));
    const Result<Bitmap> back = Bitmap::Parse(bitmap.Serialize(), 200);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, bitmap);
  }
}

TEST(Bitmap, IsEmptyOnceItsBitsAreCleared) {
  Bitmap bitmap = Of({64, 128});
  bitmap.Clear(64);
  bitmap.Clear(128);
  bitmap.Clear(100'000);
  EXPECT_TRUE(bitmap.Empty());
  EXPECT_EQ(bitmap.End(), 0U);
  EXPECT_EQ(bitmap, Bitmap());
  EXPECT_EQ(bitmap.Serialize(), "");
}

TEST(Bitmap, MergesWithAShorterAndALongerOne) {
  for (const auto& [a, b] : std::vector<std::pair<std::set<std::uint32_t>, std::set<std::uint32_t>>>{
           {{1, 70}, {2}}, {{2}, {1, 70}}, {{}, {1, 2, 70}}, {{1, 2, 70}, {}}}) {
    Bitmap merged = Of(a);
    merged.Merge(Of(b));
    EXPECT_EQ(merged.Bits(), (std::vector<std::uint32_t>{1, 2, 70}));
  }
}

TEST(Bitmap, IntersectsOneThatSharesABit) {
  EXPECT_TRUE(Of({5, 200}).Intersects(Of({200})));
  EXPECT_TRUE(Of({5}).Intersects(Of({5, 200})));
  EXPECT_FALSE(Of({5, 200}).Intersects(Of({6, 199})));
  EXPECT_FALSE(Of({5}).Intersects(Bitmap()));
}

TEST(Bitmap, WritesBitBAsBitOfAByte) {
  EXPECT_EQ(Of({0, 9, 15}).Serialize(), std::string("\x01\x82"));
  EXPECT_EQ(Of({71}).Serialize(), std::string(8, '\0') + '\x80');
}

TEST(Bitmap, ReadsBytesWithTrailingZeros) {
  const Result<Bitmap> bitmap = Bitmap::Parse(std::string("\x02\x00\x00", 3), 24);
  ASSERT_TRUE(bitmap);
  EXPECT_EQ(*bitmap, Of({1}));
}

TEST(Bitmap, RefusesBitsBeyondTheLimit) {
  EXPECT_TRUE(Bitmap::Parse("\x07", 3));
  EXPECT_EQ(Bitmap::Parse("\x08", 3).error(),
            (Error{Code::kInvalidArgument, "bitmap: expected bits below 3, got bit 3"}));
  EXPECT_EQ(Bitmap::Parse("ab", 8).error().message, "bitmap: expected at most 8 bits, got 2 bytes");
  EXPECT_TRUE(Bitmap::Parse("", 0));
  EXPECT_FALSE(Bitmap::Parse("\x01", 0));
}

}  // namespace
}  // namespace propius
