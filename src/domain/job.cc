#include "domain/job.h"

#include <algorithm>
#include <cmath>

#include "base/quote.h"

namespace propius {
namespace {

constexpr double kSlack = 1e-9;  // so that 100 * 1.1 is 110, not 111
constexpr double kMostWork = 1e12;

Status Expect(bool good, const std::string& what, const std::string& expected, const std::string& got) {
  if (good) return {};
  return Fail(Code::kInvalidArgument, what + ": expected " + expected + ", got " + got);
}

}  // namespace

std::uint32_t SlotsFor(std::uint32_t demand, double over_commit) {
  return std::max(demand, static_cast<std::uint32_t>(std::ceil(demand * over_commit - kSlack)));
}

std::uint32_t TargetFor(std::uint32_t demand, double min_reports) {
  return std::max(1U, static_cast<std::uint32_t>(std::ceil(demand * min_reports - kSlack)));
}

Status Validate(const JobSpec& spec) {
  const bool printable = std::ranges::all_of(spec.name, [](char c) { return c >= ' ' && c <= '~'; });
  for (const Status& status : {
           Expect(!spec.name.empty() && spec.name.size() <= 128 && printable, "name", "1 to 128 printable characters",
                  Quote(spec.name)),
           Expect(spec.rounds >= 1 && spec.rounds <= 1'000'000, "rounds", "1 to 1000000", std::to_string(spec.rounds)),
           Expect(spec.demand >= 1 && spec.demand <= 1'000'000, "demand", "1 to 1000000", std::to_string(spec.demand)),
           Expect(spec.over_commit >= 1 && spec.over_commit <= 10, "over_commit", "1 to 10",
                  std::to_string(spec.over_commit)),
           Expect(spec.min_reports > 0 && spec.min_reports <= 1, "min_reports", "more than 0 and at most 1",
                  std::to_string(spec.min_reports)),
           Expect(spec.deadline >= 100ms && spec.deadline <= 24h * 30, "deadline", "100ms to 30d",
                  FormatDuration(spec.deadline)),
           Expect(spec.max_update_bytes >= 1 && spec.max_update_bytes <= std::uint64_t{4} << 30, "max_update_bytes",
                  "1 to 4294967296", std::to_string(spec.max_update_bytes)),
           Expect(spec.max_weight > 0 && spec.max_weight <= 1e12, "max_weight", "more than 0 and at most 1e12",
                  std::to_string(spec.max_weight)),
           Expect(spec.share > 0 && spec.share <= 1e6, "share", "more than 0 and at most 1e6",
                  std::to_string(spec.share)),
           Expect(spec.work.samples >= 0 && spec.work.samples <= kMostWork, "work.samples", "0 to 1e12",
                  std::to_string(spec.work.samples)),
           Expect(spec.work.kilobits >= 0 && spec.work.kilobits <= kMostWork, "work.kilobits", "0 to 1e12",
                  std::to_string(spec.work.kilobits)),
           Expect(!spec.reducer.name.empty() && spec.reducer.name.size() <= 64 && spec.reducer.options.size() <= 16,
                  "reducer", "a name and at most 16 options", Quote(spec.reducer.name)),
       }) {
    if (!status) return status;
  }
  if (spec.sync) {
    if (const Status status = Validate(*spec.sync); !status) return status;
    if (spec.rounds != 1) {
      return Fail(Code::kInvalidArgument,
                  "rounds: expected 1 of an asynchronous job, got " + std::to_string(spec.rounds));
    }
    // Its gain is for `demand` workers, and whoever leaves is replaced.
    if (spec.over_commit != 1) {
      return Fail(Code::kInvalidArgument,
                  "over_commit: expected 1 of an asynchronous job, got " + std::to_string(spec.over_commit));
    }
  }
  for (const auto& [name, value] : spec.reducer.options) {
    if (!IsAttributeName(name) || !std::isfinite(value)) {
      return Fail(Code::kInvalidArgument,
                  "reducer: expected options with a name of at most 64 lower-case letters, "
                  "digits and _, and a finite number, got " +
                      Quote(name) + " = " + std::to_string(value));
    }
  }
  return {};
}

std::string_view StateName(JobState state) {
  switch (state) {
    case JobState::kIdle:
      return "idle";
    case JobState::kScheduling:
      return "scheduling";
    case JobState::kAllocated:
      return "allocated";
    case JobState::kFinished:
      return "finished";
  }
  return "finished";
}

}  // namespace propius
