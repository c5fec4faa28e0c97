#include "domain/sync_spec.h"

#include <limits>

#include <gtest/gtest.h>

namespace propius {
namespace {

SyncSpec Sample() {
  return {.model = "adsp:rate=4:overlap=1",
          .period = 1234ms,
          .eta = 1.0 / 3,
          .momentum = 0.3,
          .goal = 0.28,
          .batch = 64,
          .commits = 4'000'000'000,
          .max_norm = 1e-3};
}

TEST(SyncSpec, ComesBackFromItsText) {
  EXPECT_EQ(ParseSyncSpec(ToText(Sample())).value(), Sample());
  const SyncSpec plain{.model = "bsp"};
  EXPECT_EQ(ParseSyncSpec(ToText(plain)).value(), plain);
}

TEST(SyncSpec, RefusesATextThatIsCutLongerOrOfAnotherOrder) {
  const std::string text = ToText(Sample());
  for (std::size_t i = 0; i < text.size() - 4; ++i) EXPECT_NE(ParseSyncSpec(text.substr(0, i)), Sample()) << i;
  EXPECT_FALSE(ParseSyncSpec(text + " more=1"));
  EXPECT_FALSE(ParseSyncSpec("period_us=1 model=bsp"));
  EXPECT_FALSE(ParseSyncSpec(""));
}

TEST(SyncSpec, SaysWhichFieldIsWrong) {
  const auto complaint = [](auto change) {
    SyncSpec spec = Sample();
    change(spec);
    const Status status = Validate(spec);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(complaint([](SyncSpec&) {}), "");
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.model = "a b"; }).find("sync.model: expected"), std::string::npos);
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.model = ""; }).find("sync.model"), std::string::npos);
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.period = 1ms; }).find("sync.period"), std::string::npos);
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.eta = -1; }).find("sync.eta"), std::string::npos);
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.momentum = 1; }).find("sync.momentum"), std::string::npos);
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.goal = std::numeric_limits<double>::infinity(); }).find("sync.goal"),
            std::string::npos);
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.batch = 0; }).find("sync.batch"), std::string::npos);
  EXPECT_NE(complaint([](SyncSpec& spec) { spec.max_norm = -1; }).find("sync.max_norm"), std::string::npos);
}

}  // namespace
}  // namespace propius
