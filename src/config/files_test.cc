#include "config/files.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Files, AreWrittenWholeOrNotAtAll) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "propius_files_test";
  std::filesystem::remove_all(folder);
  EXPECT_EQ(WriteFile(folder / "a", "1").error().code, Code::kNotFound);
  ASSERT_TRUE(MakeFolder(folder / "taken"));
  ASSERT_TRUE(WriteFile(folder / "a", "1"));
  ASSERT_TRUE(WriteFile(folder / "a", "22"));
  EXPECT_EQ(ReadFile(folder / "a"), "22");
  EXPECT_FALSE(WriteFile(folder / "taken", "3")) << "a folder is there";
  EXPECT_FALSE(std::filesystem::exists(folder / "taken.new"));
  std::filesystem::remove_all(folder);
}

TEST(Files, AreWrittenHereWithoutAFolder) {
  ASSERT_TRUE(WriteFile("propius_files_test.txt", "here"));
  EXPECT_EQ(ReadFile("propius_files_test.txt"), "here");
  std::filesystem::remove("propius_files_test.txt");
}

}  // namespace
}  // namespace propius
