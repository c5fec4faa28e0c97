#include "config/serve_config.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

Result<ServeConfig> Parse(std::string_view text, const std::vector<ConfigOverride>& overrides = {}) {
  return ParseServeConfig(text, "propius.toml", "/srv/propius", overrides);
}

std::string ErrorOf(std::string_view text) {
  const Result<ServeConfig> config = Parse(text);
  return config ? "none" : config.error().message;
}

TEST(ServeConfig, ServesEveryRoleOnLoopbackByDefault) {
  const Result<ServeConfig> config = Parse("");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->control && config->root && config->leaf);
  EXPECT_EQ(config->control_at.HostPort(), "127.0.0.1:20400");
  EXPECT_EQ(config->root_url, "http://127.0.0.1:20401");
  EXPECT_EQ(config->clients.leaves, std::vector<std::string>{"http://127.0.0.1:20402"});
  EXPECT_EQ(config->data_dir, "/srv/propius/propius-data");
  EXPECT_EQ(config->secret_file, "/srv/propius/propius-data/cluster.key");
}

TEST(ServeConfig, RefusesANetworkAddressUnlessToldToListenToOne) {
  EXPECT_TRUE(ErrorOf("[control]\naddress = \"0.0.0.0\"")
                  .starts_with("propius.toml:2: control.address: expected a loopback address, got \"0.0.0.0\""));
  EXPECT_EQ(ErrorOf("[server]\npublic = true\n[control]\naddress = \"0.0.0.0\""), "none");
}

TEST(ServeConfig, TakesNoPlansWhoseSumsTheStoreCannotKeep) {
  EXPECT_EQ(ErrorOf("[root]\nmax_plan_bytes = 469762048"), "none");
  EXPECT_EQ(ErrorOf("[root]\nmax_plan_bytes = 469762049"),
            "propius.toml:2: root.max_plan_bytes: expected a whole number from 1 to 469762048, got 469762049");
}

TEST(ServeConfig, RunsALeafAloneUnderAParentElsewhere) {
  const Result<ServeConfig> config =
      Parse("[server]\nroles = [\"leaf\"]\n[leaf]\nname = \"north\"\nparent = \"http://127.0.0.2:20401\"");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->control || config->root);
  EXPECT_EQ(config->root_url, "http://127.0.0.2:20401");
  EXPECT_EQ(config->leaf_node.name, "north");
}

TEST(ServeConfig, WantsTheControlRolesTogether) {
  EXPECT_TRUE(ErrorOf("[server]\nroles = [\"scheduler\"]").find("together") != std::string::npos);
  EXPECT_EQ(ErrorOf("[server]\nroles = [\"scheduler\", \"job-manager\", \"client-manager\"]"), "none");
  EXPECT_TRUE(ErrorOf("[server]\nroles = [\"king\"]").ends_with("root or leaf, got \"king\""));
}

TEST(ServeConfig, LetsFlagsOutrankTheFile) {
  const Result<ServeConfig> config = Parse("[scheduler]\npolicy = \"fifo\"", {{"scheduler.policy", "random", "--set"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->policy.name, "random");
}

TEST(ServeConfig, ReadsTheSchedulerWholly) {
  const Result<ServeConfig> config = Parse(
      "[scheduler]\npolicy = \"venn\"\nmode = \"small_batch\"\nbatch_interval = \"3s\"\nbatch_size = 50\ntiers = 3\n"
      "plugins = [\"lib/mine.so\"]\nfairness = 2\nageing = 0.5\nparts = 8\ninner = "
      "\"fifo\"\n[scheduler.tenant_shares]\nhospital = 2\nschool = 1");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->clients.mode, MatchMode::kSmallBatch);
  EXPECT_EQ(config->clients.batch_interval, 3s);
  EXPECT_EQ(config->clients.batch_size, 50U);
  EXPECT_EQ(config->policy.name, "venn");
  EXPECT_EQ(config->policy.options.tiers, 3U);
  ASSERT_EQ(config->plugins.size(), 1U);
  EXPECT_TRUE(config->plugins[0].ends_with("/lib/mine.so")) << config->plugins[0];
  EXPECT_EQ(config->policy.options.fairness, 2);
  EXPECT_EQ(config->policy.options.ageing, 0.5);
  EXPECT_EQ(config->policy.options.parts, 8U);
  EXPECT_EQ(config->policy.options.inner, "fifo");
  EXPECT_EQ(config->policy.options.tenant_shares, (std::map<TenantId, double>{{"hospital", 2}, {"school", 1}}));
  const Result<ServeConfig> again = Parse(config->in_force);
  ASSERT_TRUE(again) << again.error().message << "\n" << config->in_force;
  EXPECT_EQ(again->policy.options.tenant_shares, config->policy.options.tenant_shares);
  EXPECT_EQ(again->clients.mode, MatchMode::kSmallBatch);
}

TEST(ServeConfig, IsStrictAboutTheScheduler) {
  EXPECT_EQ(ErrorOf("[scheduler]\nmode = \"batch\""),
            "propius.toml:2: scheduler.mode: expected \"online\" or \"small_batch\", got \"batch\"");
  EXPECT_NE(ErrorOf("[scheduler]\nbatch_size = 0"), "none");
  EXPECT_NE(ErrorOf("[scheduler]\nbatch_interval = \"1ms\""), "none");
  EXPECT_NE(ErrorOf("[scheduler]\ntiers = 0"), "none");
  EXPECT_NE(ErrorOf("[scheduler]\nfairness = -1"), "none");
  EXPECT_NE(ErrorOf("[scheduler.tenant_shares]\nhospital = 0").find("hospital"), std::string::npos);
}

TEST(ServeConfig, WantsTenantsWithNamesAndTokensOfTheirOwn) {
  EXPECT_EQ(ErrorOf("[[tenant]]\nname = \"vision\"\ntoken = \"short\""),
            "propius.toml:3: tenant[0].token: expected at least 16 characters");
  EXPECT_TRUE(ErrorOf("[[tenant]]\nname = \"a\"\ntoken = \"0123456789abcdef\"\n"
                      "[[tenant]]\nname = \"b\"\ntoken = \"0123456789abcdef\"")
                  .ends_with("got another tenant's"));
}

TEST(ServeConfig, PrintsAConfigurationThatReadsAsItself) {
  const Result<ServeConfig> config = Parse("[leaf]\nport = 1234\ncache_ttl = \"90s\"\n[limits]\nmax_open_jobs = 5");
  ASSERT_TRUE(config) << config.error().message;
  const Result<ServeConfig> again = Parse(config->in_force);
  ASSERT_TRUE(again) << again.error().message << "\n" << config->in_force;
  EXPECT_EQ(again->in_force, config->in_force);
  EXPECT_EQ(again->leaf_at.port, 1234);
  EXPECT_EQ(again->leaf_node.cache.ttl, 90s);
  EXPECT_EQ(again->jobs.max_open_jobs, 5U);
}

}  // namespace
}  // namespace propius
