#include "domain/safetensors.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

std::string Length(std::uint64_t value) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

std::string File(const std::string& header, const std::string& data = "") {
  return Length(header.size()) + header + data;
}

std::string Refusal(const std::string& bytes) {
  const Result<SafetensorsView> view = ParseSafetensors(bytes);
  if (view) return "accepted";
  EXPECT_EQ(view.error().code, Code::kInvalidArgument);
  return view.error().message;
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  const std::string a = "12345678";
  const std::string b(6, 'x');
  const std::string bytes = WriteSafetensors({{{"w", Dtype::kF32, {2}}, a}, {{"b", Dtype::kF16, {3, 1}}, b}},
                                             {{"weight", "2"}, {"quote\"d", "\n"}});
  const Result<SafetensorsView> view = ParseSafetensors(bytes);
  ASSERT_TRUE(view) << view.error().message;
  ASSERT_EQ(view->tensors.size(), 2U);
  EXPECT_EQ(view->tensors[0].spec, (TensorSpec{"b", Dtype::kF16, {3, 1}}));
  EXPECT_EQ(view->tensors[0].data, b);
  EXPECT_EQ(view->tensors[1].data, a);
  EXPECT_EQ(view->metadata.at("quote\"d"), "\n");
  EXPECT_EQ(WriteSafetensors(view->tensors, view->metadata), bytes);
}

TEST(Safetensors, ReadsBackRandomFilesOfAnyOrder) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Rng chance(seed);
    std::vector<std::string> data;
    std::vector<TensorSpec> specs;
    for (std::uint64_t left = chance.Below(6); left > 0; --left) {
      Shape shape;
      for (std::uint64_t rank = chance.Below(5); rank > 0; --rank) shape.push_back(chance.Below(4));
      specs.push_back({"layer." + std::to_string(left) + ".\xc3\xa4\"", static_cast<Dtype>(chance.Below(7)), shape});
      data.push_back(std::string(specs.back().Bytes(), static_cast<char>(left)));
    }
    std::vector<TensorView> tensors;
    for (std::size_t i = 0; i < specs.size(); ++i) tensors.push_back({specs[i], data[i]});
    const std::string bytes = WriteSafetensors(tensors, {{"seed", std::to_string(seed)}});
    const Result<SafetensorsView> view = ParseSafetensors(bytes);
    ASSERT_TRUE(view) << view.error().message;
    ASSERT_EQ(view->tensors.size(), tensors.size());
    for (const TensorView& tensor : tensors) {
      const TensorView* found = view->Find(tensor.spec.name);
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->spec, tensor.spec);
      EXPECT_EQ(found->data, tensor.data);
    }
    chance.Shuffle(tensors);
    EXPECT_EQ(WriteSafetensors(tensors, view->metadata), bytes);
  }
}

TEST(Safetensors, ReadsAFileWithoutTensors) {
  EXPECT_TRUE(ParseSafetensors(File("{}")));
  const std::string bytes = WriteSafetensors({}, {});
  EXPECT_EQ(bytes, File("{}      "));
  EXPECT_TRUE(ParseSafetensors(bytes)->tensors.empty());
}

TEST(Safetensors, BeginsItsDataAtAMultipleOfEightBytes) {
  for (std::size_t length = 1; length < 20; ++length) {
    const std::string bytes = WriteSafetensors({{{std::string(length, 'n'), Dtype::kI8, {1}}, "\x7f"}}, {});
    EXPECT_EQ(bytes.size() % 8, 1U);
    EXPECT_EQ(bytes.back(), '\x7f');
  }
}

TEST(Safetensors, ReadsAHeaderInAnyOrderWithSpaces) {
  const std::string bytes = File(R"({ "b" : {"shape":[], "data_offsets":[0,1], "dtype":"I8"} ,
    "a":{"dtype":"I8","shape":[2],"data_offsets":[1,3]}, "none":{"dtype":"F32","shape":[0,5],"data_offsets":[1,1]},
    "__metadata__":{}})",
                                 "xyz");
  const Result<SafetensorsView> view = ParseSafetensors(bytes);
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(view->manifest(), (Manifest{{"a", Dtype::kI8, {2}}, {"b", Dtype::kI8, {}}, {"none", Dtype::kF32, {0, 5}}}));
  EXPECT_EQ(view->Find("a")->data, "yz");
  EXPECT_EQ(view->Find("b")->data, "x");
  EXPECT_EQ(view->Find("none")->data, "");
  EXPECT_EQ(view->Find("c"), nullptr);
  EXPECT_EQ(view->Find(""), nullptr);
}

TEST(Safetensors, RefusesAFileThatIsCutAnywhere) {
  const std::string bytes = WriteSafetensors({{{"w", Dtype::kF32, {2}}, "12345678"}}, {{"a", "b"}});
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_NE(Refusal(bytes.substr(0, size)), "accepted") << size;
  EXPECT_EQ(Refusal(bytes + "x"), "safetensors: expected 8 bytes of data, got 9");
}

TEST(Safetensors, RefusesAHeaderLengthThatIsNotTrue) {
  EXPECT_EQ(Refusal("1234567"), "safetensors: expected an 8-byte header length, got 7 bytes");
  EXPECT_EQ(Refusal(Length(3) + "{}"), "safetensors: expected a header of at most 2 bytes, got 3");
  EXPECT_EQ(Refusal(Length(~std::uint64_t{0}) + "{}"),
            "safetensors: expected a header of at most 2 bytes, got 18446744073709551615");
  EXPECT_NE(Refusal(Length(0)), "accepted");
}

TEST(Safetensors, ReadsAHeaderOfOneMebibyteAndNoMore) {
  constexpr std::size_t kLimit = std::size_t{1} << 20;
  EXPECT_EQ(Refusal(File("{}" + std::string(kLimit - 2, ' '))), "accepted");
  EXPECT_EQ(Refusal(File("{}" + std::string(kLimit - 1, ' '))),
            "safetensors: expected a header of at most 1048576 bytes, got 1048577");
}

TEST(Safetensors, RefusesOffsetsThatDoNotTileTheData) {
  const auto two = [](const std::string& a, const std::string& b) {
    return File(R"({"a":{"dtype":"I8","shape":[2],"data_offsets":[)" + a +
                    R"(]},"b":{"dtype":"I8","shape":[2],"data_offsets":[)" + b + "]}}",
                "1234");
  };
  EXPECT_EQ(Refusal(two("0,2", "2,4")), "accepted");
  EXPECT_EQ(Refusal(two("2,4", "0,2")), "accepted");
  EXPECT_EQ(Refusal(two("0,2", "0,2")), "safetensors header: \"b\": expected its data at byte 2, got 0");
  EXPECT_EQ(Refusal(two("0,2", "1,3")), "safetensors header: \"b\": expected its data at byte 2, got 1");
  EXPECT_EQ(Refusal(two("1,3", "2,4")), "safetensors header: \"a\": expected its data at byte 0, got 1");
  EXPECT_EQ(Refusal(two("0,1", "1,4")),
            "safetensors header: \"a\": expected the offsets of 2 bytes within 4, got 0 to 1");
  EXPECT_EQ(Refusal(two("0,2", "4,2")),
            "safetensors header: \"b\": expected the offsets of 2 bytes within 4, got 4 to 2");
  EXPECT_EQ(Refusal(two("0,2", "3,5")),
            "safetensors header: \"b\": expected the offsets of 2 bytes within 4, got 3 to 5");
  EXPECT_NE(Refusal(two("0,2", "18446744073709551614,18446744073709551616")), "accepted");
}

TEST(Safetensors, RefusesOffsetsWhoseDifferenceWraps) {
  EXPECT_EQ(Refusal(File(R"({"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]},)"
                         R"("b":{"dtype":"I8","shape":[18446744073709551614],"data_offsets":[4,2]}})",
                         "1234")),
            "safetensors header: \"b\": expected the offsets of 18446744073709551614 bytes within 4, got 4 to 2");
}

TEST(Safetensors, RefusesBytesThatBelongToNoTensor) {
  EXPECT_EQ(Refusal(File("{}", "x")), "safetensors: expected 0 bytes of data, got 1");
  EXPECT_EQ(Refusal(File(R"({"a":{"dtype":"I8","shape":[0],"data_offsets":[1,1]}})", "x")),
            "safetensors header: \"a\": expected its data at byte 0, got 1");
}

TEST(SafetensorsDeathTest, WritesOnlyTensorsWithTheBytesOfTheirShape) {
  EXPECT_DEATH(WriteSafetensors({{{"a", Dtype::kF32, {2}}, "1234567"}}, {}), "Bytes");
}

TEST(SafetensorsDeathTest, WritesEachNameOnce) {
  EXPECT_DEATH(WriteSafetensors({{{"a", Dtype::kI8, {}}, "1"}, {{"a", Dtype::kI8, {}}, "2"}}, {}), "try_emplace");
}

TEST(Dtype, HasANameAndASize) {
  const std::vector<std::tuple<Dtype, std::string, std::size_t>> known{
      {Dtype::kF32, "F32", 4}, {Dtype::kF64, "F64", 8}, {Dtype::kF16, "F16", 2}, {Dtype::kBF16, "BF16", 2},
      {Dtype::kI8, "I8", 1},   {Dtype::kI32, "I32", 4}, {Dtype::kI64, "I64", 8}};
  for (const auto& [dtype, name, size] : known) {
    EXPECT_EQ(DtypeName(dtype), name);
    EXPECT_EQ(ParseDtype(name).value(), dtype);
    EXPECT_EQ(DtypeSize(dtype), size);
  }
  EXPECT_EQ(ParseDtype("U8").error(),
            (Error{Code::kInvalidArgument, "dtype: expected F32, F64, F16, BF16, I8, I32 or I64, got \"U8\""}));
}

TEST(TensorSpec, CountsItsElementsAndBytes) {
  EXPECT_EQ((TensorSpec{"w", Dtype::kF32, {}}.Elements()), 1U);
  EXPECT_EQ((TensorSpec{"w", Dtype::kF32, {3, 4}}.Bytes()), 48U);
  EXPECT_EQ((TensorSpec{"w", Dtype::kF32, {3, 0}}.Bytes()), 0U);
}

TEST(TensorSpec, ShowsItsDtypeAndShape) {
  EXPECT_EQ(Show(TensorSpec{"w", Dtype::kF32, {16, 8, 5, 5}}), "F32[16, 8, 5, 5]");
  EXPECT_EQ(Show(TensorSpec{"w", Dtype::kBF16, {}}), "BF16[]");
}

}  // namespace
}  // namespace propius
