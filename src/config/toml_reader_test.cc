#include "config/toml_reader.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

std::string ErrorOf(TomlTable& table) {
  const Status status = table.Finish();
  return status ? "none" : status.error().message;
}

TomlTable Read(std::string_view text) {
  Result<TomlTable> table = TomlTable::Parse(text, "site.toml");
  EXPECT_TRUE(table) << table.error().message;
  return *table;
}

TEST(TomlReader, GivesValuesOfTheAskedType) {
  TomlTable top = Read(
      "name = \"a\"\ncount = 3\nshare = 0.5\non = true\nspan = \"10m\"\nlist = [\"x\", \"y\"]\n[needs]\ncpu_f = 8\n");
  EXPECT_EQ(top.Text("name", ""), "a");
  EXPECT_EQ(top.Whole("count", 0, 10, 1), 3);
  EXPECT_EQ(top.Real("share", 0, 1, 1), 0.5);
  EXPECT_EQ(top.Real("count", 0, 10, 1), 3.0);
  EXPECT_TRUE(top.Flag("on", false));
  EXPECT_EQ(top.Span("span", 0s, 24h, 1s), 10min);
  EXPECT_EQ(top.Texts("list", {}), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(top.Numbers("needs").Get("cpu_f"), 8.0);
  EXPECT_EQ(ErrorOf(top), "none");
}

TEST(TomlReader, GivesTheDefaultForAnAbsentKey) {
  TomlTable top = Read("");
  EXPECT_EQ(top.Text("name", "fallback"), "fallback");
  EXPECT_EQ(top.Table("sub").Whole("count", 0, 10, 7), 7);
  EXPECT_TRUE(top.Tables("many").empty());
  EXPECT_EQ(ErrorOf(top), "none");
}

TEST(TomlReader, SaysFileLineKeyExpectedAndGot) {
  TomlTable top = Read("\n[[jobs]]\ndemand = 1\n[[jobs]]\ndemand = \"many\"\n");
  for (TomlTable& job : top.Tables("jobs")) job.Whole("demand", 1, 100, 1);
  EXPECT_EQ(ErrorOf(top), "site.toml:5: jobs[1].demand: expected a whole number from 1 to 100, got \"many\"");
}

TEST(TomlReader, RefusesAValueOutOfRange) {
  TomlTable top = Read("port = 70000");
  EXPECT_EQ(top.Whole("port", 1, 65535, 80), 80);
  EXPECT_EQ(ErrorOf(top), "site.toml:1: port: expected a whole number from 1 to 65535, got 70000");
}

TEST(TomlReader, NamesTheNearestKeyToAnUnknownOne) {
  TomlTable top = Read("[scheduler]\npolcy = \"fifo\"\n");
  top.Table("scheduler").Text("policy", "srsf");
  EXPECT_EQ(ErrorOf(top), "site.toml:2: scheduler.polcy: unknown key, did you mean \"policy\"?");
}

TEST(TomlReader, ListsTheKnownKeysWhereNoneIsNear) {
  TomlTable top = Read("colour = 1");
  top.Text("policy", "srsf");
  EXPECT_EQ(ErrorOf(top), "site.toml:1: colour: unknown key, expected one of policy");
}

TEST(TomlReader, RefusesTextThatIsNotToml) {
  const Result<TomlTable> table = TomlTable::Parse("a = \nb = 2", "site.toml");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, Code::kInvalidArgument);
  EXPECT_TRUE(table.error().message.starts_with("site.toml:1: expected TOML, got: ")) << table.error().message;
}

TEST(TomlReader, RefusesAKeyOfNoCharacters) {
  using namespace std::string_view_literals;
  const Result<TomlTable> table = TomlTable::Parse("[\0\0]"sv, "site.toml");
  ASSERT_FALSE(table);
  EXPECT_TRUE(table.error().message.starts_with("site.toml")) << table.error().message;
}

TEST(TomlReader, RefusesATableWhereAValueStands) {
  TomlTable top = Read("leaf = 3");
  top.Table("leaf");
  EXPECT_EQ(ErrorOf(top), "site.toml:1: leaf: expected a table, got 3");
}

TEST(TomlReader, RefusesAnAttributeThatIsNoNumber) {
  TomlTable top = Read("[needs]\ncpu_f = 1\nram_gb = \"big\"\n");
  top.Numbers("needs");
  EXPECT_EQ(ErrorOf(top), "site.toml:3: needs.ram_gb: expected a number, got \"big\"");
}

TEST(TomlReader, KeepsTheFirstErrorOnly) {
  TomlTable top = Read("a = 1\nb = 2\n");
  top.Text("a", "");
  top.Text("b", "");
  EXPECT_EQ(ErrorOf(top), "site.toml:1: a: expected a text in quotes, got 1");
}

TEST(TomlReader, LetsAnOverrideOutrankTheFileAndTellsWhereItCameFrom) {
  TomlTable top = Read("[leaf]\nport = 1000\n");
  top.Override("leaf.port", "2000", "--set");
  top.Override("leaf.name", "north", "PROPIUS_LEAF_NAME");
  TomlTable leaf = top.Table("leaf");
  EXPECT_EQ(leaf.Whole("port", 1, 65535, 80), 2000);
  EXPECT_EQ(leaf.Text("name", ""), "north");
  EXPECT_EQ(ErrorOf(top), "none");

  TomlTable bad = Read("");
  bad.Override("leaf.port", "many", "--set");
  bad.Table("leaf").Whole("port", 1, 65535, 80);
  EXPECT_EQ(ErrorOf(bad), "--set: leaf.port: expected a whole number from 1 to 65535, got \"many\"");
}

TEST(TomlReader, ShowsWhatIsInForceAsToml) {
  TomlTable top = Read("[leaf]\nport = 1000\n[[tenant]]\nname = \"vision\"\ntoken = \"very secret\"\n");
  TomlTable leaf = top.Table("leaf");
  leaf.Whole("port", 1, 65535, 80);
  leaf.Span("ttl", 0s, 1h, 5min);
  for (TomlTable& tenant : top.Tables("tenant")) {
    tenant.Text("name", "");
    EXPECT_EQ(tenant.Secret("token"), "very secret");
  }
  ASSERT_EQ(ErrorOf(top), "none");
  const std::string shown = top.InForce();
  EXPECT_EQ(shown.find("very secret"), std::string::npos);
  TomlTable again = Read(shown);
  EXPECT_EQ(again.Table("leaf").Span("ttl", 0s, 1h, 0s), 5min);
  EXPECT_EQ(again.Tables("tenant").size(), 1U);
}

TEST(Nearest, FindsATypingErrorAndNothingFarAway) {
  EXPECT_EQ(Nearest("demnd", {"demand", "deadline"}), "demand");
  EXPECT_EQ(Nearest("colour", {"demand", "deadline"}), "");
}

}  // namespace
}  // namespace propius
