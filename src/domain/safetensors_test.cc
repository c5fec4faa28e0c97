#include "domain/safetensors.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

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

}  // namespace
}  // namespace propius
