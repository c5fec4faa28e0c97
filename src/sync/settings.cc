#include "sync/settings.h"

#include <charconv>
#include <cmath>

#include "base/quote.h"

namespace propius {
namespace {

std::string ShowBound(double value) {
  std::string text = std::to_string(value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

Result<SyncChoice> ParseSyncChoice(std::string_view text) {
  SyncChoice choice;
  const std::size_t colon = text.find(':');
  choice.name = text.substr(0, colon);
  if (choice.name.empty()) {
    return Fail(Code::kInvalidArgument, "scheme: expected name or name:key=value, got " + Quote(text));
  }
  std::string_view rest = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (colon != std::string_view::npos && rest.empty()) rest = "=";
  while (!rest.empty()) {
    const std::size_t end = rest.find(':');
    const std::string_view item = rest.substr(0, end);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == item.size()) {
      return Fail(Code::kInvalidArgument,
                  "scheme " + choice.name + ": expected key=value after each colon, got " + Quote(item));
    }
    if (!choice.settings.emplace(item.substr(0, equals), item.substr(equals + 1)).second) {
      return Fail(Code::kInvalidArgument, "scheme " + choice.name + ": expected each setting once, got " +
                                              Quote(item.substr(0, equals)) + " again");
    }
  }
  return choice;
}

const std::string* SyncSettings::Find(const std::string& key) {
  asked_.insert(key);
  const auto found = choice_.settings.find(key);
  return found == choice_.settings.end() ? nullptr : &found->second;
}

double SyncSettings::Number(const std::string& key, double otherwise, double low, double high) {
  const std::string* text = Find(key);
  if (text == nullptr) return otherwise;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || !(value >= low && value <= high)) {
    Refuse(key + ": expected a number from " + ShowBound(low) + " to " + ShowBound(high) + ", got " + Quote(*text));
    return otherwise;
  }
  return value;
}

std::uint32_t SyncSettings::Count(const std::string& key, std::uint32_t otherwise, std::uint32_t low,
                                  std::uint32_t high) {
  const double value = Number(key, otherwise, low, high);
  if (value != std::floor(value)) {
    Refuse(key + ": expected a whole number, got " + Quote(*Find(key)));
    return otherwise;
  }
  return static_cast<std::uint32_t>(value);
}

bool SyncSettings::Flag(const std::string& key, bool otherwise) { return Count(key, otherwise ? 1 : 0, 0, 1) == 1; }

std::string SyncSettings::Text(const std::string& key, const std::string& otherwise) {
  const std::string* text = Find(key);
  return text == nullptr ? otherwise : *text;
}

std::map<std::string, std::string> SyncSettings::TakeRest() {
  std::map<std::string, std::string> rest;
  for (const auto& [key, value] : choice_.settings) {
    if (asked_.insert(key).second) rest.emplace(key, value);
  }
  return rest;
}

void SyncSettings::Refuse(const std::string& what) {
  if (status_) status_ = Fail(Code::kInvalidArgument, "scheme " + choice_.name + ": " + what);
}

Status SyncSettings::Finish() const {
  if (!status_) return status_;
  for (const auto& [key, value] : choice_.settings) {
    if (asked_.contains(key)) continue;
    std::string known;
    for (const std::string& name : asked_) known += (known.empty() ? "" : ", ") + name;
    return Fail(Code::kInvalidArgument, "scheme " + choice_.name + ": expected " +
                                            (known.empty() ? "no settings" : "settings among " + known) + ", got " +
                                            Quote(key));
  }
  return {};
}

}  // namespace propius
