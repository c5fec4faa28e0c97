// Catches the events of one test. Error events fail an oracle.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/event.h"

namespace propius {

class EventTrap {
 public:
  EventTrap() {
    old_ = SetEventSink([seen = seen_](Severity severity, std::string_view name, const std::vector<EventField>&) {
      ++seen->by_name[std::string(name)];
      if (severity == Severity::kError) ++seen->errors;
    });
  }
  ~EventTrap() { SetEventSink(std::move(old_)); }
  EventTrap(const EventTrap&) = delete;
  EventTrap& operator=(const EventTrap&) = delete;

  int errors() const { return seen_->errors; }
  int Count(const std::string& name) const { return seen_->by_name[name]; }

 private:
  struct Seen {
    int errors = 0;
    std::map<std::string, int> by_name;
  };
  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
  EventSink old_;
};

}  // namespace propius
