#include "config/cluster_key.h"

#include <gtest/gtest.h>

#include "config/files.h"

namespace propius {
namespace {

class ClusterKey : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(config.data_dir);
    ASSERT_TRUE(MakeFolder(config.data_dir));
  }
  void TearDown() override { std::filesystem::remove_all(config.data_dir); }

  static ServeConfig Config() {
    ServeConfig config;
    config.data_dir = std::filesystem::path(testing::TempDir()) / "propius_cluster_key_test";
    config.secret_file = config.data_dir / "cluster.key";
    return config;
  }
  const ServeConfig config = Config();
  const NodeToken token{"leaf-0", Time(5s)};
};

TEST_F(ClusterKey, IsMadeAtTheFirstStartAndKept) {
  const Result<Sealer> first = OpenSealer(config);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(std::filesystem::status(config.secret_file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ASSERT_TRUE(WriteFile(config.data_dir / "control.db", "a store"));
  EXPECT_EQ(OpenSealer(config)->OpenNode(first->Seal(token)), token);
}

TEST_F(ClusterKey, IsNeverMadeBesideAStoreThatHadAnother) {
  for (const char* store : {"control.db", "root.db"}) {
    ASSERT_TRUE(WriteFile(config.data_dir / store, "a store"));
    const Result<Sealer> sealer = OpenSealer(config);
    ASSERT_FALSE(sealer) << store;
    EXPECT_EQ(sealer.error().code, Code::kFailedPrecondition);
    EXPECT_NE(sealer.error().message.find("the key that belongs to " + std::string(store)), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(config.secret_file));
    std::filesystem::remove(config.data_dir / store);
  }
}

TEST_F(ClusterKey, IsReadFromTheFileThatIsNamedAndNotMadeThere) {
  ServeConfig named = config;
  named.secret_file = config.data_dir / "shared.key";
  EXPECT_EQ(OpenSealer(named).error().code, Code::kNotFound);
  ASSERT_TRUE(WriteSecretFile(named.secret_file, "too short\n"));
  EXPECT_EQ(OpenSealer(named).error().code, Code::kInvalidArgument);
  ASSERT_TRUE(WriteSecretFile(named.secret_file, std::string(64, 'a') + "\n"));
  EXPECT_TRUE(OpenSealer(named));
}

}  // namespace
}  // namespace propius
