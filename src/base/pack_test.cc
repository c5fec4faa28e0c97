#include "base/pack.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace propius {
namespace {

std::string Record() {
  return Packer()
      .U8(0xfe)
      .U32(0xdeadbeef)
      .U64(std::numeric_limits<std::uint64_t>::max() - 1)
      .I64(-2)
      .F64(-0.1)
      .Text("tensor")
      .Text("")
      .Take();
}

TEST(Pack, WritesLittleEndian) {
  EXPECT_EQ(Packer().U32(0x01020304).Take(), std::string("\x04\x03\x02\x01"));
  EXPECT_EQ(Packer().Text("ab").Take(), std::string("\x02\0\0\0ab", 6));
  EXPECT_EQ(Packer().I64(-1).Take(), std::string(8, '\xff'));
  EXPECT_EQ(Packer().F64(1).Take(), std::string("\0\0\0\0\0\0\xf0\x3f", 8));
}

TEST(Pack, ReadsBackWhatItWrote) {
  const std::string bytes = Record();
  Unpacker unpacker(bytes);
  EXPECT_EQ(unpacker.U8(), 0xfe);
  EXPECT_EQ(unpacker.U32(), 0xdeadbeefU);
  EXPECT_EQ(unpacker.U64(), std::numeric_limits<std::uint64_t>::max() - 1);
  EXPECT_EQ(unpacker.I64(), -2);
  EXPECT_EQ(unpacker.F64(), -0.1);
  EXPECT_EQ(unpacker.Text(), "tensor");
  EXPECT_EQ(unpacker.Text(), "");
  EXPECT_TRUE(unpacker.Finish("record"));
}

TEST(Pack, KeepsEveryDouble) {
  for (const double value : {0.0, -0.0, std::numeric_limits<double>::denorm_min(), std::nan("")}) {
    const std::string bytes = Packer().F64(value).Take();
    EXPECT_EQ(Packer().F64(Unpacker(bytes).F64()).Take(), bytes);
  }
}

TEST(Pack, FailsOnARecordThatIsCutAnywhere) {
  const std::string bytes = Record();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Unpacker unpacker(std::string_view(bytes).substr(0, size));
    unpacker.U8();
    unpacker.U32();
    unpacker.U64();
    unpacker.I64();
    unpacker.F64();
    unpacker.Text();
    unpacker.Text();
    EXPECT_TRUE(unpacker.Failed()) << size;
    EXPECT_EQ(unpacker.Finish("record").error(),
              (Error{Code::kInvalidArgument, "record: expected more bytes, got a truncated record"}));
  }
}

TEST(Pack, FailsOnBytesThatAreLeftOver) {
  Unpacker unpacker("abc");
  unpacker.U8();
  EXPECT_FALSE(unpacker.Failed());
  EXPECT_EQ(unpacker.Finish("record").error().message, "record: expected its end, got 2 more bytes");
}

TEST(Pack, ReadsNothingPastAFailure) {
  const std::string bytes = Packer().U32(100).U32(7).Take();
  Unpacker unpacker(bytes);
  EXPECT_EQ(unpacker.Text(), "");
  EXPECT_EQ(unpacker.U32(), 0U);
  EXPECT_EQ(unpacker.U8(), 0);
  EXPECT_EQ(unpacker.F64(), 0.0);
  EXPECT_TRUE(unpacker.Failed());
}

}  // namespace
}  // namespace propius
