#include "domain/attributes.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

TEST(Attributes, StandSortedByName) {
  const Result<Attributes> attributes = Attributes::Make({{"ram_gb", 8}, {"cpu_f", 2.5}}, "public");
  ASSERT_TRUE(attributes);
  ASSERT_EQ(attributes->entries().size(), 2U);
  EXPECT_EQ(attributes->entries()[0], (Attribute{"cpu_f", 2.5}));
  EXPECT_EQ(attributes->entries()[1], (Attribute{"ram_gb", 8}));
}

TEST(Attributes, AreFoundByName) {
  const Attributes attributes = Attributes::Make({{"b", 2}, {"d", -4}}, "public").value();
  EXPECT_EQ(attributes.Get("b"), 2);
  EXPECT_EQ(attributes.Get("d"), -4);
  for (const char* name : {"", "a", "c", "e", "bb"}) EXPECT_EQ(attributes.Get(name), std::nullopt) << name;
  EXPECT_EQ(Attributes().Get("b"), std::nullopt);
  EXPECT_TRUE(Attributes().empty());
  EXPECT_FALSE(attributes.empty());
}

TEST(Attributes, AreEqualWhateverTheOrderTheyCameIn) {
  EXPECT_EQ(Attributes::Make({{"a", 1}, {"b", 2}}, "x").value(), Attributes::Make({{"b", 2}, {"a", 1}}, "x").value());
  EXPECT_NE(Attributes::Make({{"a", 1}}, "x").value(), Attributes::Make({{"a", 2}}, "x").value());
}

TEST(Attributes, RefuseMoreThan64) {
  std::vector<Attribute> entries;
  for (int i = 0; i < 64; ++i) entries.push_back({"a" + std::to_string(i), 1.0 * i});
  EXPECT_TRUE(Attributes::Make(entries, "public"));
  entries.push_back({"b", 1});
  EXPECT_EQ(Attributes::Make(entries, "public").error(),
            (Error{Code::kInvalidArgument, "public: expected at most 64 attributes, got 65"}));
}

TEST(Attributes, RefuseANameGivenTwice) {
  EXPECT_EQ(Attributes::Make({{"a", 1}, {"b", 1}, {"a", 2}}, "public").error().message,
            "public.a: expected one value, got two");
}

TEST(Attributes, RefuseOtherNames) {
  for (const std::string name : {"", "A", "1a", "_a", "a-b", "a.b", "a b", "\xc3\xa4", "aB"}) {
    EXPECT_FALSE(IsAttributeName(name)) << name;
    const Result<Attributes> attributes = Attributes::Make({{name, 1}}, "private");
    ASSERT_FALSE(attributes) << name;
    EXPECT_TRUE(attributes.error().message.starts_with("private: expected a name of at most 64 lower-case letters"));
  }
  EXPECT_TRUE(IsAttributeName("a"));
  EXPECT_TRUE(IsAttributeName("a_9z"));
  EXPECT_TRUE(IsAttributeName(std::string(64, 'a')));
  EXPECT_FALSE(IsAttributeName(std::string(65, 'a')));
  EXPECT_FALSE(IsAttributeName(std::string("a\0", 2)));
}

TEST(Attributes, RefuseValuesThatAreNotFinite) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const Result<Attributes> attributes = Attributes::Make({{"a", value}}, "public");
    ASSERT_FALSE(attributes);
    EXPECT_TRUE(attributes.error().message.starts_with("public.a: expected a finite number, got "));
  }
}

// A comparison by value would be no order at all, and sorting by it undefined.
TEST(Attributes, RefuseAnyMixOfRepeatedNamesAndNan) {
  Rng chance(3);
  for (int i = 0; i < 1'000; ++i) {
    std::vector<Attribute> entries(64);
    for (Attribute& entry : entries) {
      entry = {std::string(1, static_cast<char>('a' + chance.Below(2))),
               chance.Chance(0.5) ? std::nan("") : chance.Normal()};
    }
    EXPECT_FALSE(Attributes::Make(std::move(entries), "public"));
  }
}

}  // namespace
}  // namespace propius
