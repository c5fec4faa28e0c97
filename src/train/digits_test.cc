#include "train/digits.h"

#include <algorithm>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"

namespace propius {
namespace {

std::string Word(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

// A folder with idx files as the test wants them.
class DigitsTest : public testing::Test {
 protected:
  void Write(const std::string& file, const std::string& bytes) const { folder_.Write(file, bytes); }
  // Two images: black with one white pixel, and grey.
  static std::string Images() {
    std::string pixels(2 * kDigitPixels, '\0');
    pixels[5] = '\xff';
    std::fill(pixels.begin() + kDigitPixels, pixels.end(), '\x80');
    return Word(0x803) + Word(2) + Word(28) + Word(28) + pixels;
  }
  static std::string Labels() { return Word(0x801) + Word(2) + std::string("\x07\x00", 2); }

  void ExpectFailure(Code code, const std::string& part, bool train = true) const {
    const Result<Digits> digits = LoadDigits(folder_.path(), train);
    ASSERT_FALSE(digits);
    EXPECT_EQ(digits.error().code, code) << digits.error().message;
    EXPECT_NE(digits.error().message.find(part), std::string::npos) << digits.error().message;
  }

  const TestFolder folder_;
};

TEST_F(DigitsTest, ReadsImagesAndLabels) {
  Write("train-images-idx3-ubyte", Images());
  Write("train-labels-idx1-ubyte", Labels());
  const Result<Digits> digits = LoadDigits(folder_.path(), true);
  ASSERT_TRUE(digits) << digits.error().message;
  EXPECT_EQ(digits->size(), 2U);
  EXPECT_EQ(digits->labels, (std::vector<std::uint8_t>{7, 0}));
  ASSERT_EQ(digits->pixels.size(), 2 * kDigitPixels);
  EXPECT_FLOAT_EQ(digits->pixels[0], -0.1307F / 0.3081F);
  EXPECT_FLOAT_EQ(digits->pixels[5], (1.0F - 0.1307F) / 0.3081F);
  EXPECT_FLOAT_EQ(digits->pixels.back(), (128.0F / 255.0F - 0.1307F) / 0.3081F);
}

TEST_F(DigitsTest, ReadsTestImagesFromOtherFiles) {
  Write("t10k-images-idx3-ubyte", Images());
  Write("t10k-labels-idx1-ubyte", Labels());
  EXPECT_TRUE(LoadDigits(folder_.path(), false));
  ExpectFailure(Code::kNotFound, "train-images-idx3-ubyte", true);
}

TEST_F(DigitsTest, TakesImagesInTheOrderAsked) {
  Write("train-images-idx3-ubyte", Images());
  Write("train-labels-idx1-ubyte", Labels());
  const Digits taken = LoadDigits(folder_.path(), true)->Take({1, 0, 1});
  EXPECT_EQ(taken.labels, (std::vector<std::uint8_t>{0, 7, 0}));
  ASSERT_EQ(taken.pixels.size(), 3 * kDigitPixels);
  EXPECT_FLOAT_EQ(taken.pixels[0], taken.pixels.back());
  EXPECT_FLOAT_EQ(taken.pixels[kDigitPixels + 5], (1.0F - 0.1307F) / 0.3081F);
  EXPECT_EQ(taken.Take({}).size(), 0U);
}

TEST_F(DigitsTest, MissesTheLabels) {
  Write("train-images-idx3-ubyte", Images());
  ExpectFailure(Code::kNotFound, "train-labels-idx1-ubyte");
}

TEST_F(DigitsTest, RefusesAHeaderCutShort) {
  Write("train-images-idx3-ubyte", Images().substr(0, 15));
  ExpectFailure(Code::kDataLoss, "header of 16 bytes, got 15");
}

TEST_F(DigitsTest, RefusesTruncatedImages) {
  Write("train-images-idx3-ubyte", Images().substr(0, 1000));
  ExpectFailure(Code::kDataLoss, "expected 1568 bytes for 2 items, got 984");
}

TEST_F(DigitsTest, RefusesBytesAfterTheLastImage) {
  Write("train-images-idx3-ubyte", Images() + "x");
  ExpectFailure(Code::kDataLoss, "got 1569");
}

TEST_F(DigitsTest, RefusesACountThatNoFileCouldHold) {
  Write("train-images-idx3-ubyte", Word(0x803) + Word(0xffffffff) + Word(28) + Word(28));
  ExpectFailure(Code::kDataLoss, "for 4294967295 items, got 0 bytes");
}

TEST_F(DigitsTest, RefusesLabelsInPlaceOfImages) {
  Write("train-images-idx3-ubyte", Labels() + std::string(20, '\0'));
  ExpectFailure(Code::kInvalidArgument, "magic number 2051, got 2049");
}

TEST_F(DigitsTest, RefusesImagesOfAnotherSize) {
  Write("train-images-idx3-ubyte", Word(0x803) + Word(1) + Word(28) + Word(14) + std::string(28 * 14, '\0'));
  ExpectFailure(Code::kInvalidArgument, "28x28 pixels, got a side of 14");
}

TEST_F(DigitsTest, RefusesFewerLabelsThanImages) {
  Write("train-images-idx3-ubyte", Images());
  Write("train-labels-idx1-ubyte", Word(0x801) + Word(1) + "\x01");
  ExpectFailure(Code::kInvalidArgument, "2 labels, one per image, got 1");
}

TEST_F(DigitsTest, RefusesALabelThatIsNoDigit) {
  Write("train-images-idx3-ubyte", Images());
  Write("train-labels-idx1-ubyte", Word(0x801) + Word(2) + "\x01\x0a");
  ExpectFailure(Code::kInvalidArgument, "labels from 0 to 9, got 10 at image 1");
}

TEST_F(DigitsTest, ReadsFilesWithoutImagesAsNone) {
  Write("train-images-idx3-ubyte", Word(0x803) + Word(0) + Word(28) + Word(28));
  Write("train-labels-idx1-ubyte", Word(0x801) + Word(0));
  const Result<Digits> digits = LoadDigits(folder_.path(), true);
  ASSERT_TRUE(digits) << digits.error().message;
  EXPECT_EQ(digits->size(), 0U);
}

}  // namespace
}  // namespace propius
