#include "config/toml_reader.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "config/toml_text.h"

// toml++ 3.3 asserts on some malformed keys (fuzz_job_file found them); here that is an error like any other.
#ifdef NDEBUG
#error "toml++ turns its assertions into assumptions under NDEBUG, and foreign text breaks them"
#endif
namespace propius {
struct MalformedToml {};
}  // namespace propius
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : throw ::propius::MalformedToml())
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wterminate"  // assertions in noexcept functions still end the process
#endif
#include <toml++/toml.h>

namespace propius {

struct TomlTable::File {
  std::string name;
  toml::table root;
  std::map<std::string, std::string> origins;  // of overridden keys
  std::optional<Error> error;
};

// A table within the file, the keys that were asked for, and the tables that were opened below it.
struct TomlTable::Place {
  const toml::table* table = nullptr;        // null: absent, so every default holds
  std::string path;                          // "jobs[2]", "" at the top
  std::map<std::string, std::string> known;  // with the value in force; "" for tables
  std::vector<std::shared_ptr<Place>> below;

  std::string Dotted(const std::string& key) const { return path.empty() ? key : path + "." + key; }
};

namespace {

std::string Written(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& value) {
    out << toml::toml_formatter(value,
                                toml::toml_formatter::default_flags & ~toml::format_flags::allow_literal_strings);
  });
  return out.str();
}

std::string Quoted(const std::string& text) { return Written(toml::value<std::string>(text)); }

std::optional<double> Number(const toml::node& node) {
  if (const auto* whole = node.as_integer()) return static_cast<double>(whole->get());
  if (const auto* real = node.as_floating_point()) return real->get();
  return std::nullopt;
}

std::string Shown(double number) {
  std::ostringstream out;
  out << number;
  return out.str();
}

}  // namespace

TomlTable::TomlTable(std::shared_ptr<File> file, std::shared_ptr<Place> place)
    : file_(std::move(file)), place_(std::move(place)) {}

Result<TomlTable> TomlTable::Parse(std::string_view text, const std::string& name) {
  if (const auto line = FindStrayByte(text)) {
    return Fail(Code::kInvalidArgument,
                name + ":" + std::to_string(*line) +
                    ": expected TOML, got a byte that may stand only in a comment or in quotes");
  }
  auto file = std::make_shared<File>();
  file->name = name;
  try {
    file->root = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return Fail(Code::kInvalidArgument, name + ":" + std::to_string(error.source().begin.line) +
                                            ": expected TOML, got: " + std::string(error.description()));
  } catch (const MalformedToml&) {
    return Fail(Code::kInvalidArgument, name + ": expected TOML, got a malformed key");
  }
  auto place = std::make_shared<Place>();
  place->table = &file->root;
  return TomlTable(std::move(file), std::move(place));
}

void TomlTable::Override(const std::string& dotted_key, const std::string& value, const std::string& origin) {
  toml::table* table = &file_->root;
  std::size_t begin = 0;
  for (std::size_t dot = dotted_key.find('.'); dot != std::string::npos; dot = dotted_key.find('.', begin)) {
    const std::string part = dotted_key.substr(begin, dot - begin);
    if (!table->contains(part)) table->insert(part, toml::table{});
    toml::table* next = (*table)[part].as_table();
    if (next == nullptr) {
      if (!file_->error) {
        file_->error = Error{Code::kInvalidArgument, origin + ": " + dotted_key + ": expected a table at " + part};
      }
      return;
    }
    table = next;
    begin = dot + 1;
  }
  const std::string last = dotted_key.substr(begin);
  table->insert_or_assign(last, value);
  try {
    if (FindStrayByte(value)) throw MalformedToml();
    toml::table parsed = toml::parse("value = " + value);
    if (parsed.size() == 1) {
      parsed.get("value")->visit([&](auto& node) { table->insert_or_assign(last, std::move(node)); });
    }
  } catch (const MalformedToml&) {
  } catch (const toml::parse_error&) {
    // Not TOML's notation of a value: the text itself is the value.
  }
  file_->origins[dotted_key] = origin;
}

void TomlTable::Complain(const std::string& key, const std::string& expected_and_got) {
  if (file_->error) return;
  const std::string dotted = place_->Dotted(key);
  std::string where = file_->name;
  if (const auto origin = file_->origins.find(dotted); origin != file_->origins.end()) {
    where = origin->second;
  } else if (place_->table != nullptr) {
    const toml::node* node = place_->table->get(key);
    const auto line = (node != nullptr ? node->source() : place_->table->source()).begin.line;
    if (line > 0) where += ":" + std::to_string(line);
  }
  file_->error = Error{Code::kInvalidArgument, where + ": " + dotted + ": " + expected_and_got};
}

bool TomlTable::Has(const std::string& key) const {
  place_->known.emplace(key, "");
  return place_->table != nullptr && place_->table->contains(key);
}

std::string TomlTable::Text(const std::string& key, std::string otherwise) {
  if (Has(key)) {
    const toml::node& node = *place_->table->get(key);
    if (const auto* text = node.as_string()) {
      otherwise = text->get();
    } else {
      Complain(key, "expected a text in quotes, got " + Written(node));
    }
  }
  place_->known[key] = Quoted(otherwise);
  return otherwise;
}

std::string TomlTable::Secret(const std::string& key) {
  std::string secret = Text(key, "");
  place_->known[key] = "\"(hidden)\"";
  return secret;
}

std::int64_t TomlTable::Whole(const std::string& key, std::int64_t low, std::int64_t high, std::int64_t otherwise) {
  if (Has(key)) {
    const toml::node& node = *place_->table->get(key);
    const auto* whole = node.as_integer();
    if (whole != nullptr && whole->get() >= low && whole->get() <= high) {
      otherwise = whole->get();
    } else {
      Complain(key, "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high) + ", got " +
                        Written(node));
    }
  }
  place_->known[key] = std::to_string(otherwise);
  return otherwise;
}

double TomlTable::Real(const std::string& key, double low, double high, double otherwise) {
  if (Has(key)) {
    const toml::node& node = *place_->table->get(key);
    const std::optional<double> number = Number(node);
    if (number && *number >= low && *number <= high) {
      otherwise = *number;
    } else {
      Complain(key, "expected a number from " + Shown(low) + " to " + Shown(high) + ", got " + Written(node));
    }
  }
  place_->known[key] = Shown(otherwise);
  return otherwise;
}

bool TomlTable::Flag(const std::string& key, bool otherwise) {
  if (Has(key)) {
    const toml::node& node = *place_->table->get(key);
    if (const auto* flag = node.as_boolean()) {
      otherwise = flag->get();
    } else {
      Complain(key, "expected true or false, got " + Written(node));
    }
  }
  place_->known[key] = otherwise ? "true" : "false";
  return otherwise;
}

Duration TomlTable::Span(const std::string& key, Duration low, Duration high, Duration otherwise) {
  if (Has(key)) {
    const toml::node& node = *place_->table->get(key);
    const auto* text = node.as_string();
    const Result<Duration> span = ParseDuration(text == nullptr ? "" : text->get());
    if (span && *span >= low && *span <= high) {
      otherwise = *span;
    } else {
      Complain(key, "expected a duration from \"" + FormatDuration(low) + "\" to \"" + FormatDuration(high) +
                        "\", got " + Written(node));
    }
  }
  place_->known[key] = Quoted(FormatDuration(otherwise));
  return otherwise;
}

std::vector<std::string> TomlTable::Texts(const std::string& key, std::vector<std::string> otherwise) {
  if (Has(key)) {
    const toml::node& node = *place_->table->get(key);
    const toml::array* list = node.as_array();
    if (list != nullptr && (list->empty() || list->is_homogeneous(toml::node_type::string))) {
      otherwise.clear();
      for (const toml::node& entry : *list) otherwise.push_back(entry.as_string()->get());
    } else {
      Complain(key, "expected a list of texts, got " + Written(node));
    }
  }
  std::string written;
  for (const std::string& text : otherwise) written += (written.empty() ? "" : ", ") + Quoted(text);
  place_->known[key] = "[" + written + "]";
  return otherwise;
}

Attributes TomlTable::Numbers(const std::string& key) {
  if (!Has(key)) return {};
  const toml::node& node = *place_->table->get(key);
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    Complain(key, "expected a table of numbers, got " + Written(node));
    return {};
  }
  std::vector<Attribute> entries;
  for (const auto& [name, value] : *table) {
    const std::optional<double> number = Number(value);
    if (!number) {
      TomlTable below(file_, std::make_shared<Place>(Place{table, place_->Dotted(key), {}, {}}));
      below.Complain(std::string(name.str()), "expected a number, got " + Written(value));
      return {};
    }
    entries.push_back({std::string(name.str()), *number});
  }
  Result<Attributes> attributes = Attributes::Make(std::move(entries), key);
  if (!attributes) {
    Complain(key, attributes.error().message);
    return {};
  }
  return *std::move(attributes);
}

TomlTable TomlTable::Table(const std::string& key) {
  auto below = std::make_shared<Place>();
  below->path = place_->Dotted(key);
  if (Has(key)) {
    below->table = place_->table->get(key)->as_table();
    if (below->table == nullptr) Complain(key, "expected a table, got " + Written(*place_->table->get(key)));
  }
  place_->below.push_back(below);
  return TomlTable(file_, std::move(below));
}

std::vector<TomlTable> TomlTable::Tables(const std::string& key) {
  std::vector<TomlTable> tables;
  if (!Has(key)) return tables;
  const toml::node& node = *place_->table->get(key);
  const toml::array* list = node.as_array();
  if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
    Complain(key, "expected tables, each begun by [[" + place_->Dotted(key) + "]], got " + Written(node));
    return tables;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto below = std::make_shared<Place>();
    below->path = place_->Dotted(key) + "[" + std::to_string(i) + "]";
    below->table = list->get(i)->as_table();
    place_->below.push_back(below);
    tables.push_back(TomlTable(file_, std::move(below)));
  }
  return tables;
}

Status TomlTable::Finish() {
  if (place_->table != nullptr) {
    for (const auto& [key, value] : *place_->table) {
      const std::string name(key.str());
      if (place_->known.contains(name)) continue;
      std::vector<std::string> names;
      std::string known;
      for (const auto& [other, written] : place_->known) {
        names.push_back(other);
        known += (known.empty() ? "" : ", ") + other;
      }
      const std::string nearest = Nearest(name, names);
      Complain(name, nearest.empty() ? "unknown key, expected one of " + known
                                     : "unknown key, did you mean \"" + nearest + "\"?");
    }
  }
  for (const std::shared_ptr<Place>& below : place_->below) {
    if (!file_->error) static_cast<void>(TomlTable(file_, below).Finish());
  }
  if (file_->error) return tl::unexpected(*file_->error);
  return {};
}

std::vector<std::string> TomlTable::Keys() const {
  std::vector<std::string> keys;
  const auto opened = [&](const std::string& key) {
    return std::ranges::any_of(place_->below, [&](const auto& below) { return below->path == key; });
  };
  for (const auto& [key, written] : place_->known) {
    if (!place_->path.empty() || !opened(key)) keys.push_back(place_->Dotted(key));
  }
  for (const std::shared_ptr<Place>& below : place_->below) {
    const std::vector<std::string> more = TomlTable(file_, below).Keys();
    if (!below->path.ends_with(']')) keys.insert(keys.end(), more.begin(), more.end());
  }
  return keys;
}

std::string TomlTable::InForce() const {
  std::string text;
  for (const auto& [key, written] : place_->known) {
    if (!written.empty()) text += key + " = " + written + "\n";
  }
  for (const std::shared_ptr<Place>& below : place_->below) {
    const bool listed = below->path.ends_with(']');
    const std::string name = below->path.substr(0, listed ? below->path.rfind('[') : std::string::npos);
    text += "\n" + (listed ? "[[" + name + "]]" : "[" + name + "]") + "\n" + TomlTable(file_, below).InForce();
  }
  return text;
}

}  // namespace propius
