#include "sync/settings.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(SyncSettings, ReadsANameAndItsSettings) {
  const auto choice = ParseSyncChoice("adsp:rate=4:overlap=1");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->name, "adsp");
  EXPECT_EQ(choice->settings, (std::map<std::string, std::string>{{"overlap", "1"}, {"rate", "4"}}));
  EXPECT_TRUE(ParseSyncChoice("bsp")->settings.empty());
}

TEST(SyncSettings, RefusesWhatIsNoSetting) {
  for (const char* text : {"", ":rate=1", "adsp:", "adsp:rate", "adsp:=1", "adsp:rate=", "adsp:rate=1:rate=2"}) {
    EXPECT_FALSE(ParseSyncChoice(text)) << text;
  }
}

TEST(SyncSettings, KeepsTheFirstFailureForTheEnd) {
  SyncSettings settings({"adsp", {{"rate", "x"}, {"steps", "-1"}}});
  EXPECT_EQ(settings.Number("rate", 2, 0, 10), 2);
  EXPECT_EQ(settings.Count("steps", 5, 1, 10), 5U);
  EXPECT_EQ(settings.Finish().error().message, "scheme adsp: rate: expected a number from 0 to 10, got \"x\"");
}

TEST(SyncSettings, WantsWholeNumbersWhereThingsAreCounted) {
  SyncSettings settings({"ssp", {{"s", "2.5"}}});
  EXPECT_EQ(settings.Count("s", 40, 1, 100), 40U);
  EXPECT_FALSE(settings.Finish());
}

TEST(SyncSettings, RefusesSettingsThatNobodyAskedFor) {
  SyncSettings settings({"ssp", {{"bound", "3"}}});
  EXPECT_FALSE(settings.Flag("lazy"));
  EXPECT_EQ(settings.Finish().error().message, "scheme ssp: expected settings among lazy, got \"bound\"");
  EXPECT_EQ(SyncSettings({"bsp", {{"s", "3"}}}).Finish().error().message,
            "scheme bsp: expected no settings, got \"s\"");
}

TEST(SyncSettings, HandsTheRestToAModelInside) {
  SyncSettings settings({"batch_tune", {{"inner", "ssp"}, {"s", "3"}}});
  EXPECT_EQ(settings.Text("inner", "bsp"), "ssp");
  EXPECT_EQ(settings.TakeRest(), (std::map<std::string, std::string>{{"s", "3"}}));
  EXPECT_TRUE(settings.Finish());
}

}  // namespace
}  // namespace propius
