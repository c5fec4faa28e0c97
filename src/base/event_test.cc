#include "base/event.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace propius {
namespace {

class Events : public testing::Test {
 protected:
  void TearDown() override {
    if (replaced_) SetEventSink(std::move(old_));
  }

  void Replace(EventSink sink) {
    old_ = SetEventSink(std::move(sink));
    replaced_ = true;
  }

 private:
  EventSink old_;
  bool replaced_ = false;
};

TEST_F(Events, AreLinesOfJson) {
  const std::string line = EventLine(Severity::kWarning, "round_closed", {{"job", 3}, {"reason", "time \"up\"\n"}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["severity"], "warning");
  EXPECT_EQ(json["event"], "round_closed");
  EXPECT_EQ(json["job"], "3");
  EXPECT_EQ(json["reason"], "time \"up\"\n");
  EXPECT_TRUE(json["time"].is_number());
}

TEST_F(Events, NameTheirSeverity) {
  EXPECT_EQ(nlohmann::json::parse(EventLine(Severity::kInfo, "e", {}))["severity"], "info");
  EXPECT_EQ(nlohmann::json::parse(EventLine(Severity::kError, "e", {}))["severity"], "error");
}

TEST_F(Events, SurviveBytesThatAreNotUtf8) {
  const std::string line = EventLine(Severity::kInfo, "e", {{"name", "a\xff\xc3"}});
  EXPECT_EQ(nlohmann::json::parse(line)["name"], "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_F(Events, TakeFieldsOfManyTypes) {
  std::vector<EventField> seen;
  Replace([&](Severity, std::string_view, const std::vector<EventField>& fields) { seen = fields; });
  Event(Severity::kInfo, "e",
        {{"text", "a"}, {"string", std::string("b")}, {"view", std::string_view("c")}, {"whole", -4}, {"real", 0.5}});
  ASSERT_EQ(seen.size(), 5U);
  EXPECT_EQ(seen[0].value, "a");
  EXPECT_EQ(seen[1].value, "b");
  EXPECT_EQ(seen[2].value, "c");
  EXPECT_EQ(seen[3].value, "-4");
  EXPECT_EQ(seen[4].value, "0.500000");
}

TEST_F(Events, GoToTheSink) {
  std::vector<std::string> seen;
  Replace([&](Severity severity, std::string_view name, const std::vector<EventField>&) {
    if (severity == Severity::kError) seen.emplace_back(name);
  });
  Event(Severity::kError, "one");
  Event(Severity::kInfo, "two");
  EventSink first = SetEventSink(nullptr);
  Event(Severity::kError, "three");
  SetEventSink(std::move(first));
  Event(Severity::kError, "four");
  EXPECT_EQ(seen, (std::vector<std::string>{"one", "four"}));
}

TEST_F(Events, GoToStderrAtFirst) {
  testing::internal::CaptureStderr();
  Event(Severity::kInfo, "started", {{"node", "leaf-0"}});
  const std::string text = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(text.ends_with("\n"));
  EXPECT_EQ(nlohmann::json::parse(text)["node"], "leaf-0");
}

}  // namespace
}  // namespace propius
