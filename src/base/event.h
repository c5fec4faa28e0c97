// What happened, for people and for oracles: one JSON object per line on stderr, or wherever the sink puts it. An Error
// event fails a simulated run.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace propius {

enum class Severity { kInfo, kWarning, kError };

struct EventField {
  std::string_view key;
  std::string value;

  EventField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  EventField(std::string_view k, std::string_view v) : key(k), value(v) {}
  EventField(std::string_view k, const char* v) : key(k), value(v) {}
  template <typename Number>
    requires std::is_arithmetic_v<Number>
  EventField(std::string_view k, Number v) : key(k), value(std::to_string(v)) {}
};

using EventSink = std::function<void(Severity, std::string_view name, const std::vector<EventField>&)>;

// `name` is a past event in snake_case, such as "round_closed". Callable from any thread.
void Event(Severity severity, std::string_view name, std::initializer_list<EventField> fields = {});

// Replaces the sink (JSON lines on stderr at first); the old one comes back for restoring.
EventSink SetEventSink(EventSink sink);
// The one event as a line of JSON without a newline.
std::string EventLine(Severity severity, std::string_view name, const std::vector<EventField>& fields);

}  // namespace propius
