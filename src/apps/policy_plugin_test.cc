#include "apps/policy_plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"

namespace propius {
namespace {

using ::testing::HasSubstr;

TEST(PolicyPlugin, TakesLibrariesOfItsOwnAbiOnly) {
  EXPECT_TRUE(CheckPolicyAbi(kPolicyAbi));

  PolicyAbi newer = kPolicyAbi;
  ++newer.version;
  newer.layout = 0;
  const Status version = CheckPolicyAbi(newer, kPolicyAbi);
  ASSERT_FALSE(version);
  EXPECT_THAT(version.error().message,
              HasSubstr("expected policy ABI version 1, got version 2: build it against the headers of this propius"));

  PolicyAbi otherwise = kPolicyAbi;
  otherwise.layout ^= 1;
  const Status layout = CheckPolicyAbi(otherwise, kPolicyAbi);
  ASSERT_FALSE(layout);
  EXPECT_THAT(layout.error().message, HasSubstr("same compiler and standard library"));

  PolicyAbi old_strings = kPolicyAbi;
  old_strings.strings = 0;
  EXPECT_FALSE(CheckPolicyAbi(old_strings, kPolicyAbi));
}

TEST(PolicyPlugin, HashesSizesAndAlignments) {
  EXPECT_NE((policy_abi::LayoutOf<int, double>()), (policy_abi::LayoutOf<double, int>()));
  EXPECT_NE((policy_abi::LayoutOf<char[2]>()), (policy_abi::LayoutOf<short>()));
  EXPECT_NE((policy_abi::LayoutOf<char[256]>()), (policy_abi::LayoutOf<char[255]>()));
}

TEST(PolicyPlugin, RefusesWhatIsNoLibrary) {
  PolicyRegistry registry;
  const Status absent = AddPluginPolicies(registry, std::filesystem::path("no-such-plugin.so"));
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message,
              HasSubstr("plug-in no-such-plugin.so: expected a shared library with policies, got: "));

  const TestFolder folder;
  const std::string text = folder.Write("text.so", "not a library");
  EXPECT_FALSE(AddPluginPolicies(registry, std::vector{text}));
  EXPECT_TRUE(registry.Names().empty());
}

TEST(PolicyPlugin, RefusesALibraryThatHasNothingToDoWithIt) {
  PolicyRegistry registry;
  const std::string other = "/proc/self/exe";
  const Status refused = AddPluginPolicies(registry, std::vector{other});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(AddPluginPolicies(registry, std::vector<std::string>{}));
}

}  // namespace
}  // namespace propius
