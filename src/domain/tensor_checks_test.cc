#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "domain/safetensors.h"

namespace propius {
namespace {

SafetensorsView ViewOf(const Manifest& manifest) {
  SafetensorsView view;
  for (const TensorSpec& spec : manifest) view.tensors.push_back({spec, {}});
  return view;
}

TEST(Manifest, IsMetByTheSameTensors) {
  const Manifest manifest{{"a", Dtype::kF32, {2}}, {"b", Dtype::kI8, {}}};
  EXPECT_TRUE(CheckManifest(manifest, ViewOf(manifest)));
  EXPECT_TRUE(CheckManifest({}, ViewOf({})));
}

TEST(Manifest, NamesTheFirstDifference) {
  const TensorSpec a{"a", Dtype::kF32, {2, 3}};
  const TensorSpec b{"b", Dtype::kI8, {}};
  const TensorSpec c{"c", Dtype::kF16, {1}};
  const auto refusal = [](const Manifest& expected, const Manifest& got) {
    const Status status = CheckManifest(expected, ViewOf(got));
    return status ? "accepted" : status.error().message;
  };
  EXPECT_EQ(refusal({a, b, c}, {a, c}), "tensor \"b\": expected I8[], got none");
  EXPECT_EQ(refusal({a, b, c}, {a, b}), "tensor \"c\": expected F16[1], got none");
  EXPECT_EQ(refusal({a, b, c}, {b, c}), "tensor \"a\": expected F32[2, 3], got none");
  EXPECT_EQ(refusal({a}, {}), "tensor \"a\": expected F32[2, 3], got none");
  EXPECT_EQ(refusal({a, c}, {a, b, c}), "tensor \"b\": expected none, got I8[]");
  EXPECT_EQ(refusal({a}, {a, b}), "tensor \"b\": expected none, got I8[]");
  EXPECT_EQ(refusal({}, {a}), "tensor \"a\": expected none, got F32[2, 3]");
  EXPECT_EQ(refusal({a}, {{"a", Dtype::kF32, {3, 2}}}), "tensor \"a\": expected F32[2, 3], got F32[3, 2]");
  EXPECT_EQ(refusal({a}, {{"a", Dtype::kF16, {2, 3}}}), "tensor \"a\": expected F32[2, 3], got F16[2, 3]");
}

template <typename Word>
std::string Words(std::size_t size, Word fill, std::size_t at, Word value) {
  std::string bytes(size * sizeof(Word), '\0');
  for (std::size_t i = 0; i < size; ++i) {
    const Word word = i == at ? value : fill;
    std::memcpy(bytes.data() + i * sizeof(Word), &word, sizeof(Word));
  }
  return bytes;
}

template <typename Word>
std::string Finding(Dtype dtype, std::size_t size, Word fill, std::size_t at, Word value) {
  // An odd offset: data in a file is aligned to nothing.
  const std::string bytes = "x" + Words(size, fill, at, value);
  SafetensorsView view;
  view.tensors = {{{"a", Dtype::kI8, {1}}, "\x7f"}, {{"w", dtype, {size}}, std::string_view(bytes).substr(1)}};
  const Status status = CheckFinite(view);
  return status ? "finite" : status.error().message;
}

struct Pattern {
  Dtype dtype;
  std::uint64_t largest;  // finite
  std::uint64_t infinity;
  std::uint64_t sign;
};

class FiniteCheck : public testing::TestWithParam<Pattern> {
 protected:
  static std::string Find(std::size_t size, std::uint64_t fill, std::size_t at, std::uint64_t value) {
    const Dtype dtype = GetParam().dtype;
    if (DtypeSize(dtype) == 2) {
      return Finding(dtype, size, static_cast<std::uint16_t>(fill), at, static_cast<std::uint16_t>(value));
    }
    if (DtypeSize(dtype) == 4) {
      return Finding(dtype, size, static_cast<std::uint32_t>(fill), at, static_cast<std::uint32_t>(value));
    }
    return Finding(dtype, size, fill, at, value);
  }
};

INSTANTIATE_TEST_SUITE_P(
    Floats, FiniteCheck,
    testing::Values(Pattern{Dtype::kF16, 0x7bff, 0x7c00, 0x8000}, Pattern{Dtype::kBF16, 0x7f7f, 0x7f80, 0x8000},
                    Pattern{Dtype::kF32, 0x7f7f'ffff, 0x7f80'0000, 0x8000'0000},
                    Pattern{Dtype::kF64, 0x7fef'ffff'ffff'ffff, 0x7ff0'0000'0000'0000, std::uint64_t{1} << 63}),
    [](const auto& param) { return std::string(DtypeName(param.param.dtype)); });

TEST_P(FiniteCheck, FindsWhatIsNotFiniteAtAnyPlace) {
  const auto [dtype, largest, infinity, sign] = GetParam();
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{15}, std::size_t{2'048}, std::size_t{2'049}, std::size_t{5'000}}) {
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      const std::string where = "tensor \"w\"[" + std::to_string(at) + "]: expected a finite number, got ";
      EXPECT_EQ(Find(size, largest, at, infinity), where + "an infinity");
      EXPECT_EQ(Find(size, largest, at, infinity | sign), where + "an infinity");
      EXPECT_EQ(Find(size, 0, at, infinity + 1), where + "NaN");
      EXPECT_EQ(Find(size, 0, at, sign | (sign - 1)), where + "NaN");
    }
  }
}

TEST_P(FiniteCheck, TakesEveryFiniteValue) {
  const auto [dtype, largest, infinity, sign] = GetParam();
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, largest, largest | sign, sign}) {
    EXPECT_EQ(Find(3'000, value, 7, 1), "finite");
  }
}

TEST(FiniteCheckOfIntegers, TakesAnyBits) {
  const std::string bytes(16, '\xff');
  SafetensorsView view;
  view.tensors = {{{"a", Dtype::kI8, {16}}, bytes}, {{"b", Dtype::kI32, {4}}, bytes}, {{"c", Dtype::kI64, {2}}, bytes}};
  EXPECT_TRUE(CheckFinite(view));
}

TEST(UpdateManifest, IsThePlansOwnTensors) {
  const Manifest manifest{{"a", Dtype::kF32, {2}}, {"b", Dtype::kI8, {}}};
  EXPECT_EQ(UpdateManifest(ViewOf(manifest)).value(), manifest);
}

TEST(UpdateManifest, IsWhatTheMetadataNames) {
  SafetensorsView plan = ViewOf({{"a", Dtype::kF32, {2}}});
  plan.metadata["update_manifest"] = R"({"w":{"dtype":"F32","shape":[2,3]},"delta":{"shape":[],"dtype":"BF16"}})";
  EXPECT_EQ(UpdateManifest(plan).value(), (Manifest{{"delta", Dtype::kBF16, {}}, {"w", Dtype::kF32, {2, 3}}}));
}

TEST(UpdateManifest, IsRefusedIfTheMetadataIsOfAnotherForm) {
  SafetensorsView plan;
  plan.metadata["update_manifest"] = "[]";
  const Result<Manifest> manifest = UpdateManifest(plan);
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error(),
            (Error{Code::kInvalidArgument, "update_manifest: expected JSON text that begins with {, got \"[]\""}));
}

TEST(UpdateManifest, IsRefusedIfItsSumsCouldNotBeWritten) {
  SafetensorsView plan;
  plan.metadata["update_manifest"] = R"({"w":{"dtype":"I8","shape":[1099511627776]}})";
  EXPECT_TRUE(UpdateManifest(plan));
  plan.metadata["update_manifest"] = R"({"w":{"dtype":"I8","shape":[1099511627777]}})";
  EXPECT_EQ(UpdateManifest(plan).error().message,
            "update manifest: \"w\": expected at most 2^40 values, got I8[1099511627777]");
  plan.metadata["update_manifest"] =
      R"({"v":{"dtype":"I8","shape":[1099511627776]},"w":{"dtype":"I8","shape":[1]},"x":{"dtype":"I8","shape":[1]}})";
  EXPECT_FALSE(UpdateManifest(plan));
}

TEST(UpdateManifest, IsRefusedIfItsNamesWouldNotFitIntoAHeader) {
  const auto many = [](int count) {
    Manifest manifest;
    for (int i = 0; i < count; ++i)
      manifest.push_back({std::to_string(100'000 + i) + std::string(200, 'n'), Dtype::kI8, {1}});
    return ViewOf(manifest);
  };
  EXPECT_TRUE(UpdateManifest(many(2'500)));
  const Result<Manifest> refused = UpdateManifest(many(3'200));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(
      refused.error().message.starts_with("update manifest: expected names and shapes of at most 786432 bytes"));
}

}  // namespace
}  // namespace propius
