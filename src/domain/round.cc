#include "domain/round.h"

#include <array>
#include <numeric>

#include "base/quote.h"

namespace propius {
namespace {

constexpr std::array<std::string_view, 4> kOutcomes{"open", "completed", "partial", "aborted"};

std::uint64_t Sum(const std::map<std::string, std::uint32_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace

std::string_view OutcomeName(RoundOutcome outcome) { return kOutcomes.at(static_cast<std::size_t>(outcome)); }

Result<RoundOutcome> ParseOutcome(std::string_view name) {
  for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
    if (kOutcomes.at(i) == name) return static_cast<RoundOutcome>(i);
  }
  return Fail(Code::kInvalidArgument, "outcome: expected open, completed, partial or aborted, got " + Quote(name));
}

bool Ledger::Balances() const {
  // In 64 bits, in which counts of 32 do not wrap.
  return granted == std::uint64_t{returned} + bound + stranded &&
         bound == std::uint64_t{counted} + late + Sum(rejected) + Sum(lost);
}

}  // namespace propius
