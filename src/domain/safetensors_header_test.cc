#include "domain/safetensors_header.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

std::string Refusal(const std::string& json, HeaderForm form = HeaderForm::kFile) {
  const Result<SafetensorsHeader> header = ReadHeader(json, form);
  if (header) return "accepted";
  EXPECT_EQ(header.error().code, Code::kInvalidArgument);
  const std::string what = form == HeaderForm::kFile ? "safetensors header: " : "update_manifest: ";
  EXPECT_TRUE(header.error().message.starts_with(what)) << header.error().message;
  return header.error().message.substr(what.size());
}

// A header with one tensor "w" of these fields.
std::string Tensor(const std::string& fields) { return "{\"w\":{" + fields + "}}"; }

TEST(SafetensorsHeader, IsReadBackAsItWasWritten) {
  SafetensorsHeader header;
  header.entries["a\"\n\xe2\x82\xac"] = {Dtype::kBF16, {2, 3}, 0, 12};
  header.entries[""] = {Dtype::kI64, {}, 12, 20};
  header.metadata = {{"", ""}, {"k\\", "\x01/\xc3\xa4"}};
  const std::string text = WriteHeader(header);
  const Result<SafetensorsHeader> back = ReadHeader(text, HeaderForm::kFile);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->metadata, header.metadata);
  EXPECT_EQ(WriteHeader(*back), text);
  ASSERT_EQ(back->entries.size(), 2U);
  EXPECT_EQ(back->entries.at("").end, 20U);
  EXPECT_EQ(back->entries.at("a\"\n\xe2\x82\xac").shape, (Shape{2, 3}));
}

TEST(SafetensorsHeader, IsWrittenCompactlyAndByName) {
  SafetensorsHeader header;
  header.entries["w"] = {Dtype::kF32, {2}, 1, 9};
  header.entries["b"] = {Dtype::kI8, {}, 0, 1};
  header.metadata = {{"k", "v"}};
  EXPECT_EQ(WriteHeader(header), R"({"__metadata__":{"k":"v"},"b":{"dtype":"I8","shape":[],"data_offsets":[0,1]},)"
                                 R"("w":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}})");
}

TEST(SafetensorsHeader, NeverHoldsBytesThatAreNotUtf8) {
  SafetensorsHeader header;
  header.metadata = {{"k", "\xff"}};
  EXPECT_EQ(ReadHeader(WriteHeader(header), HeaderForm::kFile)->metadata.at("k"), "\xef\xbf\xbd");
}

TEST(SafetensorsHeader, MustBeJson) {
  EXPECT_EQ(Refusal(""), "expected JSON text that begins with {, got \"\"");
  EXPECT_EQ(Refusal(" {}"), "expected JSON text that begins with {, got \" {}\"");
  EXPECT_EQ(Refusal("\xef\xbb\xbf{}"), "expected JSON text that begins with {, got \"\\xef\\xbb\\xbf{}\"");
  EXPECT_EQ(Refusal("[]"), "expected JSON text that begins with {, got \"[]\"");
  EXPECT_NE(Refusal(std::string("{}\0garbage", 10)), "accepted");
  EXPECT_EQ(Refusal("{} x"), "expected JSON, got \"{} x\" at byte 4");
  EXPECT_NE(Refusal("{}{}"), "accepted");
  EXPECT_NE(Refusal("{"), "accepted");
  EXPECT_NE(Refusal("{\"a\"}"), "accepted");
  EXPECT_NE(Refusal("{,}"), "accepted");
  EXPECT_NE(Refusal("{\"a\":{\"dtype\":\"I8\",}}"), "accepted");
  EXPECT_NE(Refusal("{/**/}"), "accepted");
  EXPECT_NE(Refusal("{\"__metadata__\":{\"k\":\"\xff\"}}"), "accepted");
  EXPECT_NE(Refusal("{\"__metadata__\":{\"k\":\"\\ud800\"}}"), "accepted");
}

TEST(SafetensorsHeader, MustHaveTheKnownShape) {
  EXPECT_EQ(Refusal(R"({"w":1})"), "\"w\": expected an object, got 1");
  EXPECT_EQ(Refusal(R"({"w":null})"), "\"w\": expected an object, got null");
  EXPECT_EQ(Refusal(R"({"w":[]})"), "\"w\": expected an object, got an array");
  EXPECT_EQ(Refusal(R"({"w":"x"})"), "\"w\": expected an object, got \"x\"");
  EXPECT_EQ(Refusal(Tensor(R"("dtype":7)")), "\"w\" \"dtype\": expected a text, got 7");
  EXPECT_EQ(Refusal(Tensor(R"("dtype":[])")), "\"w\" \"dtype\": expected a text, got an array");
  EXPECT_EQ(Refusal(Tensor(R"("dtype":true)")), "\"w\" \"dtype\": expected a text, got a boolean");
  EXPECT_EQ(Refusal(Tensor(R"("shape":{})")), "\"w\" \"shape\": expected an array of whole numbers, got an object");
  EXPECT_EQ(Refusal(Tensor(R"("shape":"2")")), "\"w\" \"shape\": expected an array of whole numbers, got \"2\"");
  EXPECT_EQ(Refusal(Tensor(R"("shape":[[2]])")), "\"w\" \"shape\": expected at most 8 whole numbers, got an array");
  EXPECT_EQ(Refusal(Tensor(R"("shape":["2"])")), "\"w\" \"shape\": expected at most 8 whole numbers, got \"2\"");
  EXPECT_EQ(Refusal(Tensor(R"("shape":[2.0])")), "\"w\" \"shape\": expected at most 8 whole numbers, got 2.0");
  EXPECT_EQ(Refusal(Tensor(R"("shape":[-1])")), "\"w\" \"shape\": expected at most 8 whole numbers, got -1");
  EXPECT_EQ(Refusal(Tensor(R"("shape":[18446744073709551616])")),
            "\"w\" \"shape\": expected at most 8 whole numbers, got 18446744073709551616");
  EXPECT_NE(Refusal(Tensor(R"("shape":[1e999])")), "accepted");
  EXPECT_EQ(Refusal(R"({"__metadata__":{"k":1}})"), "\"__metadata__\" \"k\": expected a text, got 1");
  EXPECT_EQ(Refusal(R"({"__metadata__":{"k":{}}})"), "\"__metadata__\" \"k\": expected a text, got an object");
  EXPECT_EQ(Refusal(R"({"__metadata__":"k"})"), "\"__metadata__\": expected an object, got \"k\"");
}

TEST(SafetensorsHeader, MustHaveAllFieldsAndNoOthers) {
  const std::string dtype = R"("dtype":"I8")";
  const std::string shape = R"("shape":[])";
  const std::string offsets = R"("data_offsets":[0,1])";
  EXPECT_EQ(Refusal(Tensor(dtype + "," + shape + "," + offsets)), "accepted");
  EXPECT_EQ(Refusal(Tensor("")), "\"w\": expected dtype, shape and data_offsets, got 0 of them");
  EXPECT_EQ(Refusal(Tensor(dtype + "," + shape)), "\"w\": expected dtype, shape and data_offsets, got 2 of them");
  EXPECT_EQ(Refusal(Tensor(dtype + "," + offsets)), "\"w\": expected dtype, shape and data_offsets, got 2 of them");
  EXPECT_EQ(Refusal(Tensor(R"("strides":[])")),
            "\"w\" \"strides\": expected only dtype, shape and data_offsets, got \"strides\"");
  EXPECT_EQ(Refusal(Tensor(R"("data_offsets":[0])")), "\"w\" \"data_offsets\": expected two whole numbers, got 1");
  EXPECT_EQ(Refusal(Tensor(R"("data_offsets":[0,1,2])")),
            "\"w\" \"data_offsets\": expected two whole numbers, got more");
  EXPECT_EQ(Refusal(Tensor(R"("dtype":"U8")")),
            "\"w\" \"dtype\": dtype: expected F32, F64, F16, BF16, I8, I32 or I64, got \"U8\"");
}

TEST(SafetensorsHeader, MustHaveEachKeyOnce) {
  const std::string tensor = R"("w":{"dtype":"I8","shape":[],"data_offsets":[0,1]})";
  EXPECT_EQ(Refusal("{" + tensor + "," + tensor + "}"), "\"w\": expected each name once, got it again");
  EXPECT_EQ(Refusal(Tensor(R"("dtype":"I8","dtype":"I8")")),
            "\"w\" \"dtype\": expected each key once, got \"dtype\" again");
  EXPECT_EQ(Refusal(R"({"__metadata__":{},"__metadata__":{}})"),
            "\"__metadata__\": expected each name once, got it again");
  EXPECT_EQ(Refusal(R"({"__metadata__":{"k":"1","k":"1"}})"),
            "\"__metadata__\" \"k\": expected each key once, got \"k\" again");
  // The same name in two spellings.
  EXPECT_NE(Refusal(R"({"w":{"dtype":"I8","shape":[],"data_offsets":[0,1]},)"
                    R"("\u0077":{"dtype":"I8","shape":[],"data_offsets":[0,1]}})"),
            "accepted");
}

TEST(SafetensorsHeader, MayHoldAFieldOfMetadataThatATensorHas) {
  EXPECT_EQ(Refusal(R"({"__metadata__":{"dtype":"x","shape":"y"}})"), "accepted");
}

TEST(SafetensorsHeader, HasALimitOfRankAndOfNames) {
  const auto rank = [](const std::string& extents) {
    return Tensor(R"("dtype":"I8","data_offsets":[0,1],"shape":[)" + extents + "]");
  };
  EXPECT_EQ(Refusal(rank("1,1,1,1,1,1,1,1")), "accepted");
  EXPECT_EQ(Refusal(rank("1,1,1,1,1,1,1,1,1")), "\"w\" \"shape\": expected at most 8 whole numbers, got more");
  const auto name = [](std::size_t size) {
    return "{\"" + std::string(size, 'n') + R"(":{"dtype":"I8","data_offsets":[0,1],"shape":[]}})";
  };
  EXPECT_EQ(Refusal(name(256)), "accepted");
  EXPECT_TRUE(Refusal(name(257)).ends_with("...\": expected a name of at most 256 bytes, got 257"));
}

TEST(SafetensorsHeader, RefusesASizeThatDoesNotFitIn64Bits) {
  const auto shape = [](const std::string& extents) {
    return Tensor(R"("dtype":"F64","data_offsets":[0,0],"shape":[)" + extents + "]");
  };
  EXPECT_EQ(Refusal(shape("2305843009213693951")), "accepted");
  EXPECT_EQ(Refusal(shape("2305843009213693952")),
            "\"w\": expected a size in bytes below 2^64, got F64[2305843009213693952]");
  EXPECT_NE(Refusal(shape("4294967296,4294967296")), "accepted");
  EXPECT_EQ(Refusal(shape("0,18446744073709551615")), "accepted");
}

TEST(SafetensorsHeader, RefusesNestingOfAnyDepthWithoutFollowingIt) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(Refusal(deep), "\"a\" \"a\": expected only dtype, shape and data_offsets, got \"a\"");
  EXPECT_EQ(Refusal("{\"a\":" + std::string(200'000, '[')), "\"a\": expected an object, got an array");
}

TEST(UpdateManifestText, HasNoOffsetsAndNoMetadata) {
  EXPECT_EQ(Refusal(Tensor(R"("dtype":"F32","shape":[2,3])"), HeaderForm::kManifest), "accepted");
  EXPECT_EQ(Refusal(Tensor(R"("dtype":"F32","shape":[2,3],"data_offsets":[0,24])"), HeaderForm::kManifest),
            "\"w\" \"data_offsets\": expected only dtype and shape, got \"data_offsets\"");
  EXPECT_EQ(Refusal(Tensor(R"("dtype":"F32")"), HeaderForm::kManifest),
            "\"w\": expected dtype and shape, got 1 of them");
  EXPECT_EQ(Refusal(R"({"__metadata__":{}})", HeaderForm::kManifest), "\"__metadata__\": expected tensors only");
}

}  // namespace
}  // namespace propius
