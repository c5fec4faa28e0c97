#include "base/event.h"

#include <cstdio>
#include <mutex>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/real_runtime.h"

namespace propius {
namespace {

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

void PrintLine(Severity severity, std::string_view name, const std::vector<EventField>& fields) {
  const std::string line = EventLine(severity, name, fields) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::mutex sink_mutex;
EventSink& Sink() {
  static EventSink sink = PrintLine;
  return sink;
}

}  // namespace

void Event(Severity severity, std::string_view name, std::initializer_list<EventField> fields) {
  const std::lock_guard lock(sink_mutex);
  if (Sink()) Sink()(severity, name, std::vector<EventField>(fields));
}

EventSink SetEventSink(EventSink sink) {
  const std::lock_guard lock(sink_mutex);
  return std::exchange(Sink(), std::move(sink));
}

std::string EventLine(Severity severity, std::string_view name, const std::vector<EventField>& fields) {
  nlohmann::ordered_json line;
  line["time"] = static_cast<double>(ToMicros(RealNow())) / 1e6;
  line["severity"] = SeverityName(severity);
  line["event"] = name;
  for (const EventField& field : fields) line[std::string(field.key)] = field.value;
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace propius
