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

TEST(ServeConfig, TakesEveryKeyFromTheEnvironment) {
  const auto overrides = OverridesOf({{"PROPIUS_LEAF_SEAL_AFTER", "7ms"},
                                      {"PROPIUS_CLIENT_MANAGER_MAX_OFFERS", "3"},
                                      {"PROPIUS_LIMITS_MAX_OPEN_JOBS", "9"},
                                      {"PROPIUS_SCHEDULER_TENANT_SHARES", "{hospital = 2}"},
                                      {"PROPIUS_TENANT", "[{name = \"a\", token = \"0123456789abcdef\"}]"},
                                      {"PROPIUS_BUILD", "elsewhere"},
                                      {"PROPIUS_ROOT", "names no key"}});
  ASSERT_TRUE(overrides) << overrides.error().message;
  const Result<ServeConfig> config = Parse("[limits]\nmax_open_jobs = 5", *overrides);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->leaf_node.seal_after, 7ms);
  EXPECT_EQ(config->clients.max_offers, 3U);
  EXPECT_EQ(config->jobs.max_open_jobs, 9U) << "the environment outranks the file";
  EXPECT_EQ(config->policy.options.tenant_shares.at("hospital"), 2);
  ASSERT_EQ(config->tenants.size(), 1U);
  EXPECT_EQ(config->tenants[0].name, "a");
}

TEST(ServeConfig, IsStrictAboutTheEnvironment) {
  const auto error_of = [](const std::string& name) {
    const auto overrides = OverridesOf({{name, "1"}});
    return overrides ? "none" : overrides.error().message;
  };
  EXPECT_EQ(error_of("PROPIUS_LEAF_PROT"),
            "PROPIUS_LEAF_PROT: unknown key in the environment, did you mean \"PROPIUS_LEAF_PORT\"?");
  EXPECT_EQ(error_of("PROPIUS_CLIENT_MANAGER_LEASES"),
            "PROPIUS_CLIENT_MANAGER_LEASES: unknown key in the environment, did you mean "
            "\"PROPIUS_CLIENT_MANAGER_LEASE\"?");
  EXPECT_NE(error_of("PROPIUS_TENANT_TOKEN"), "none");
  EXPECT_EQ(error_of("PROPIUS_BUILD_TYPE"), "none");
}

TEST(ServeConfig, KnowsAddressesOfBothKinds) {
  const Result<ServeConfig> config = Parse(
      "[root]\naddress = \"::1\"\n[control]\naddress = \"[::1]\"\n"
      "[leaf]\naddress = \"localhost\"");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->root_at.address, "::1");
  EXPECT_EQ(config->root_url, "http://[::1]:20401");
  EXPECT_EQ(config->control_target, "[::1]:20400");
  EXPECT_EQ(config->clients.leaves, std::vector<std::string>{"http://127.0.0.1:20402"});
  EXPECT_EQ(ErrorOf("[control]\naddress = \"127.anything\""),
            "propius.toml:2: control.address: expected an IPv4 or IPv6 address or localhost, got \"127.anything\"");
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
