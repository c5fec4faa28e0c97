#include "apps/job_why.h"

#include <cmath>
#include <cstdio>

#include "report/number.h"

namespace propius {
namespace {

std::string Plain(double number) {
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%.6g", number);
  return {text, static_cast<std::size_t>(length)};
}

std::string Count(double number, const std::string& one, const std::string& many) {
  const std::int64_t count = std::llround(number);
  return ShowCount(count) + " " + (count == 1 ? one : many);
}

std::string Wait(const std::optional<std::chrono::milliseconds>& wait) {
  return wait ? ShowDuration(Duration(*wait)) : "no end that can be seen";
}

std::string Round(const sdk::JobSummary& job) { return "Round " + std::to_string(job.round); }

std::string WhyNot(const sdk::JobSummary& job) {
  const std::string name = "Job " + std::to_string(job.id);
  if (job.state == "finished") return name + " waits for nothing: it is finished (" + job.finish_reason + ").";
  if (job.round == 0) return name + " waits for nothing: it has not requested a round.";
  if (job.outcome != "open") {
    return name + " waits for nothing: round " + std::to_string(job.round) + " is " + job.outcome +
           " and no other is requested.";
  }
  if (job.allocated < job.slots) return Round(job) + " takes no more devices: its request was ended.";
  return Round(job) + " has all its " + Count(job.slots, "device", "devices") + "; " + std::to_string(job.reported) +
         " have reported.";
}

std::string Queue(const sdk::JobExplanation& told) {
  std::string text =
      "It is number " + std::to_string(told.rank) + " of " + std::to_string(told.requests) + " in the plan. ";
  if (told.ahead == 0) return text + "Nobody is served before it who may take the same devices.";
  text += Count(told.ahead, "job", "jobs") + " before it may take the same devices and still " +
          (told.ahead == 1 ? "wants " : "want ") + ShowCount(static_cast<std::int64_t>(told.ahead_places));
  if (told.ahead_yours.empty()) return text + "; none of them is yours.";
  text += "; yours of them: ";
  constexpr std::size_t kMostNamed = 10;
  for (std::size_t i = 0; i < told.ahead_yours.size() && i < kMostNamed; ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(told.ahead_yours[i]);
  }
  return text + (told.ahead_yours.size() > kMostNamed ? ", …." : ".");
}

std::string Supply(const sdk::JobExplanation& told) {
  return Count(told.eligible_per_hour, "device", "devices") + " an hour that meet its constraint check in, of " +
         ShowCount(std::llround(told.checkins_per_hour)) + "; " + ShowCount(told.window_eligible) + " of the " +
         ShowCount(told.window_devices) + " heard from lately meet it.";
}

std::string Expected(const sdk::JobExplanation& told) {
  if (!told.expected_wait) {
    return told.eligible_per_hour > 0 ? "At this pace no end of the wait can be seen."
                                      : "No device that meets its constraint has checked in: no end can be seen.";
  }
  return "If devices go on coming like this and nobody asks anew, it is full in " + Wait(told.expected_wait) + ".";
}

std::string Advice(const sdk::Remedy& remedy) {
  if (remedy.kind == "constraint") {
    const std::string text = "Without " + remedy.attribute + " >= " + Plain(remedy.bound);
    if (remedy.supply_factor <= 0) return text + " there would be devices that meet the rest.";
    return text + " " + Plain(std::round(remedy.supply_factor * 10) / 10) + " times as many devices would do" +
           (remedy.expected_wait ? ": about " + Wait(remedy.expected_wait) + "." : ".");
  }
  const std::string wait = Wait(remedy.expected_wait) + ".";
  if (remedy.kind == "demand") return "With half the demand: " + wait;
  if (remedy.kind == "over_commit") return "Without over-commit: " + wait;
  if (remedy.kind == "no_rivals") return "If no other job were served before it: " + wait;
  return "With " + remedy.kind + ": " + wait;
}

}  // namespace

std::vector<std::string> WhySentences(const sdk::JobExplanation& told) {
  if (!told.waiting) return {WhyNot(told.job)};
  const std::uint32_t missing = told.job.slots - told.job.allocated;
  std::vector<std::string> sentences = {Round(told.job) + " waits for " + ShowCount(missing) + " of " +
                                        Count(told.job.slots, "device", "devices") + "."};
  sentences.push_back(Queue(told));
  sentences.push_back(Supply(told));
  sentences.push_back(Expected(told));
  for (const sdk::Remedy& remedy : told.remedies) sentences.push_back(Advice(remedy));
  return sentences;
}

}  // namespace propius
