// For tests: what is wrong with markup, and where its marks are.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace propius {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;

  double Number(const std::string& attribute) const;
  bool HasClass(const std::string& word) const;
};

struct Markup {
  std::vector<Element> elements;  // in the order of their opening tags
  std::string error;              // empty if every tag is closed and every attribute quoted

  std::vector<Element> All(const std::string& name, const std::string& with_class = "") const;
};

// Reads elements as XML has them; knows the doctype and skips what stands in <style>.
Markup ReadMarkup(std::string_view text);

}  // namespace propius
