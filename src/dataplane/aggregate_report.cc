#include "dataplane/aggregate_report.h"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace propius {
namespace {

// 17 digits bring every double back.
std::string Exactly(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.17g", value);
  return text.data();
}

}  // namespace

std::string LedgerJson(const Ledger& ledger) {
  nlohmann::ordered_json json;
  json["granted"] = ledger.granted;
  json["returned"] = ledger.returned;
  json["bound"] = ledger.bound;
  json["stranded"] = ledger.stranded;
  json["counted"] = ledger.counted;
  json["late"] = ledger.late;
  json["rejected"] = ledger.rejected;
  json["lost"] = ledger.lost;
  json["final"] = ledger.final;
  return json.dump();
}

Aggregate Describe(const RoundTally& tally, bool closed) {
  const RoundRecord& record = tally.record();
  Aggregate aggregate;
  aggregate.round = record.terms.key();
  aggregate.target = record.terms.target;
  aggregate.counted = tally.counted();
  aggregate.total_weight = tally.total_weight();
  aggregate.ledger = LedgerOf(record);
  if (closed) {
    aggregate.outcome = record.outcome;
    aggregate.reason = record.reason;
  }
  return aggregate;
}

Result<Blob> ResultFile(const RoundTally& tally) {
  const Aggregate aggregate = Describe(tally, true);
  Result<std::string> file = tally.Report({
      {"job", std::to_string(aggregate.round.job.value)},
      {"round", std::to_string(aggregate.round.round.value)},
      {"outcome", std::string(OutcomeName(aggregate.outcome))},
      {"reason", aggregate.reason},
      {"target", std::to_string(aggregate.target)},
      {"count", std::to_string(aggregate.counted)},
      {"total_weight", Exactly(aggregate.total_weight)},
      {"ledger", LedgerJson(aggregate.ledger)},
  });
  if (!file) return tl::unexpected(file.error());
  return std::make_shared<const std::string>(std::move(*file));
}

}  // namespace propius
