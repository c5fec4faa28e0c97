#include "base/crypto.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

// FIPS 180-4's examples.
TEST(Crypto, HashesAsTheStandardSays) {
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

// RFC 4231, test cases 1, 2 and 6.
TEST(Crypto, AuthenticatesAsTheStandardSays) {
  EXPECT_EQ(ToHex(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(ToHex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(ToHex(HmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Crypto, TellsWhetherBytesAreTheSame) {
  EXPECT_TRUE(SameBytes("", ""));
  EXPECT_TRUE(SameBytes("abc", "abc"));
  EXPECT_FALSE(SameBytes("abc", "abd"));
  EXPECT_FALSE(SameBytes("abc", "abcd"));
}

TEST(Crypto, WritesAndReadsHex) {
  const std::string bytes("\x00\x7f\x80\xff", 4);
  EXPECT_EQ(ToHex(bytes), "007f80ff");
  EXPECT_EQ(FromHex("007f80ff").value(), bytes);
  EXPECT_EQ(FromHex("").value(), "");
}

TEST(Crypto, RefusesWhatIsNotHex) {
  for (const std::string text : {"0", "000", "0g", "g0", "0G", "AB", " 00", "00 ", "0x00"}) {
    const Result<std::string> bytes = FromHex(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, Code::kInvalidArgument);
    EXPECT_EQ(bytes.error().message, "expected pairs of lower-case hex digits, got \"" + text + "\"");
  }
}

// RFC 4648 section 10, without padding; and the two digits in which base64url differs.
TEST(Crypto, WritesAndReadsBase64Url) {
  for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                    {"f", "Zg"},
                                                                                    {"fo", "Zm8"},
                                                                                    {"foo", "Zm9v"},
                                                                                    {"foob", "Zm9vYg"},
                                                                                    {"fooba", "Zm9vYmE"},
                                                                                    {"foobar", "Zm9vYmFy"},
                                                                                    {"\xff\xef", "_-8"}}) {
    EXPECT_EQ(ToBase64Url(bytes), text);
    EXPECT_EQ(FromBase64Url(text).value(), bytes);
  }
}

TEST(Crypto, ReadsBackAllBytesFromBase64Url) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(FromBase64Url(ToBase64Url(bytes)).value(), bytes);
    bytes.push_back(static_cast<char>(i));
  }
}

TEST(Crypto, RefusesBase64UrlOfAnotherForm) {
  // A digit too many, bits left over that are not zero, padding, the digits of plain base64, and a zero byte.
  for (const std::string text : {"Z", "Zm9vY", "Zh", "Zm9", "Zg==", "+/8", "Zm 8", "Zm8\n"}) {
    EXPECT_FALSE(FromBase64Url(text)) << text;
  }
  EXPECT_FALSE(FromBase64Url(std::string("Zm\0", 3)));
}

}  // namespace
}  // namespace propius
