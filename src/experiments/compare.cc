#include "experiments/compare.h"

#include <algorithm>

#include "report/number.h"

namespace propius {
namespace {

OverSeeds Gather(const std::vector<double>& values) {
  OverSeeds over{.low = values.front(), .high = values.front(), .seeds = values.size()};
  for (const double value : values) {
    over.mean += value / static_cast<double>(values.size());
    over.low = std::min(over.low, value);
    over.high = std::max(over.high, value);
  }
  return over;
}

template <typename Value, typename Field>
std::vector<Value> Distinct(const std::vector<FinishedRun>& runs, Field field) {
  std::vector<Value> found;
  for (const FinishedRun& run : runs) {
    const Value& value = run.asked.*field;
    if (std::ranges::find(found, value) == found.end()) found.push_back(value);
  }
  return found;
}

}  // namespace

std::vector<const FinishedRun*> Select(const std::vector<FinishedRun>& runs, const RunFilter& filter) {
  std::vector<const FinishedRun*> selected;
  for (const FinishedRun& run : runs) {
    if ((filter.policy.empty() || run.asked.policy == filter.policy) &&
        (filter.workload.empty() || run.asked.workload == filter.workload) &&
        (filter.variant.empty() || run.asked.variant == filter.variant) &&
        (filter.population == 0 || run.asked.population == filter.population)) {
      selected.push_back(&run);
    }
  }
  return selected;
}

std::optional<OverSeeds> Over(const std::vector<FinishedRun>& runs, const RunFilter& filter,
                              const std::function<double(const RunRecord&)>& figure) {
  std::vector<double> values;
  std::uint32_t unfinished = 0;
  for (const FinishedRun* run : Select(runs, filter)) {
    values.push_back(figure(run->record));
    unfinished += Unfinished(run->record);
  }
  if (values.empty()) return std::nullopt;
  OverSeeds over = Gather(values);
  over.unfinished = unfinished;
  return over;
}

std::optional<OverSeeds> AverageJct(const std::vector<FinishedRun>& runs, const RunFilter& filter) {
  return Over(runs, filter, [](const RunRecord& record) { return record.average_jct(); });
}

std::optional<OverSeeds> SpeedUp(const std::vector<FinishedRun>& runs, const RunFilter& filter, const RunFilter& base) {
  const std::vector<const FinishedRun*> slow = Select(runs, base);
  std::vector<double> ratios;
  std::uint32_t unfinished = 0;
  for (const FinishedRun* run : Select(runs, filter)) {
    const auto pair =
        std::ranges::find(slow, run->asked.seed, [](const FinishedRun* other) { return other->asked.seed; });
    if (pair == slow.end() || run->record.finished() == 0 || (*pair)->record.finished() == 0) continue;
    ratios.push_back((*pair)->record.average_jct() / run->record.average_jct());
    unfinished += Unfinished(run->record) + Unfinished((*pair)->record);
  }
  if (ratios.empty()) return std::nullopt;
  OverSeeds over = Gather(ratios);
  over.unfinished = unfinished;
  return over;
}

std::vector<std::string> Policies(const std::vector<FinishedRun>& runs) {
  return Distinct<std::string>(runs, &RunAsked::policy);
}
std::vector<std::string> Workloads(const std::vector<FinishedRun>& runs) {
  return Distinct<std::string>(runs, &RunAsked::workload);
}
std::vector<std::uint32_t> Populations(const std::vector<FinishedRun>& runs) {
  return Distinct<std::uint32_t>(runs, &RunAsked::population);
}

std::string ShowOverSeeds(const std::optional<OverSeeds>& figure, int decimals) {
  if (!figure) return "–";
  std::string text = ShowFixed(figure->mean, decimals);
  if (figure->seeds > 1)
    text += " (" + ShowFixed(figure->low, decimals) + "–" + ShowFixed(figure->high, decimals) + ")";
  if (figure->unfinished > 0) text += " [" + ShowCount(figure->unfinished) + " unfinished]";
  return text;
}

}  // namespace propius
