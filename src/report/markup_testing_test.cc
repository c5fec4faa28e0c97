#include "report/markup_testing.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

namespace propius {

double Element::Number(const std::string& attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? std::nan("") : std::strtod(found->second.c_str(), nullptr);
}

bool Element::HasClass(const std::string& word) const {
  const auto found = attributes.find("class");
  return found != attributes.end() && (" " + found->second + " ").find(" " + word + " ") != std::string::npos;
}

std::vector<Element> Markup::All(const std::string& name, const std::string& with_class) const {
  std::vector<Element> found;
  std::ranges::copy_if(elements, std::back_inserter(found), [&](const Element& element) {
    return element.name == name && (with_class.empty() || element.HasClass(with_class));
  });
  return found;
}

namespace {

bool IsNameLetter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '-' || letter == ':';
}

class MarkupReader {
 public:
  explicit MarkupReader(std::string_view text) : rest_(text) {}

  Markup Read() {
    if (rest_.starts_with("<!DOCTYPE html>")) rest_.remove_prefix(15);
    while (!rest_.empty() && markup_.error.empty()) {
      if (rest_.front() != '<') {
        ReadText();
      } else if (rest_.starts_with("</")) {
        ReadClosing();
      } else {
        ReadOpening();
      }
    }
    if (markup_.error.empty() && !open_.empty()) markup_.error = "<" + open_.back() + "> is never closed";
    return std::move(markup_);
  }

 private:
  void Fail(const std::string& what) { markup_.error = what + " before: " + std::string(rest_.substr(0, 60)); }

  std::string TakeName() {
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest_, IsNameLetter) - rest_.begin());
    std::string name(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return name;
  }

  void ReadText() {
    const std::string_view text = rest_.substr(0, rest_.find('<'));
    if (text.find('>') != std::string_view::npos) return Fail("a stray >");
    CheckReferences(text);
    rest_.remove_prefix(text.size());
  }

  void CheckReferences(std::string_view text) {
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
      const std::size_t end = text.find(';', at);
      if (end == std::string_view::npos || end - at > 6) Fail("a bare &");
    }
  }

  void ReadClosing() {
    rest_.remove_prefix(2);
    const std::string name = TakeName();
    if (open_.empty() || open_.back() != name) return Fail("</" + name + "> closes nothing");
    if (!rest_.starts_with(">")) return Fail("no > after </" + name);
    open_.pop_back();
    rest_.remove_prefix(1);
  }

  void ReadOpening() {
    rest_.remove_prefix(1);
    Element element{.name = TakeName(), .attributes = {}};
    if (element.name.empty()) return Fail("a stray <");
    while (rest_.starts_with(" ")) {
      rest_.remove_prefix(1);
      const std::string name = TakeName();
      if (name.empty() || !rest_.starts_with("=\"")) return Fail("an attribute without a quoted value");
      rest_.remove_prefix(2);
      const std::string_view value = rest_.substr(0, rest_.find('"'));
      if (value.size() == rest_.size() || value.find('<') != std::string_view::npos) return Fail("an open attribute");
      CheckReferences(value);
      if (!element.attributes.emplace(name, value).second) return Fail("a second " + name);
      rest_.remove_prefix(value.size() + 1);
    }
    const bool closed = rest_.starts_with("/>");
    if (!closed && !rest_.starts_with(">")) return Fail("no > after <" + element.name);
    rest_.remove_prefix(closed ? 2 : 1);
    if (!closed) open_.push_back(element.name);
    if (element.name == "style" && !closed) rest_.remove_prefix(std::min(rest_.find("</style>"), rest_.size()));
    markup_.elements.push_back(std::move(element));
  }

  std::string_view rest_;
  std::vector<std::string> open_;
  Markup markup_;
};

}  // namespace

Markup ReadMarkup(std::string_view text) { return MarkupReader(text).Read(); }

namespace {

TEST(Markup, IsReadAsElementsWithAttributes) {
  const Markup markup = ReadMarkup("<!DOCTYPE html>\n<a x=\"1\" class=\"b c\">t &amp; <d/></a>");
  EXPECT_EQ(markup.error, "");
  ASSERT_EQ(markup.elements.size(), 2U);
  EXPECT_EQ(markup.elements[0].Number("x"), 1);
  EXPECT_EQ(markup.All("a", "c").size(), 1U);
  EXPECT_TRUE(markup.All("a", "d").empty());
}

TEST(Markup, IsFoundBrokenWhereItIs) {
  for (const char* const broken : {"<a>", "</a>", "<a><b></a></b>", "<a x=1/>", "<a x=\"1/>", "a > b", "<a>&</a>",
                                   "< a/>", "<a x=\"1\" x=\"2\"/>", "<a x=\"<\"/>", "<a"}) {
    EXPECT_NE(ReadMarkup(broken).error, "") << broken;
  }
}

}  // namespace
}  // namespace propius
