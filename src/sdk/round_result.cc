#include "sdk/round_result.h"

#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "domain/round.h"
#include "domain/safetensors.h"

namespace propius {
namespace {

using Metadata = std::map<std::string, std::string>;

tl::unexpected<Error> Bad(const std::string& what) { return Fail(Code::kDataLoss, "aggregate: " + what); }

std::string Text(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string() : found->second;
}

template <typename Number>
std::optional<Number> Read(const Metadata& metadata, const std::string& key) {
  const std::string text = Text(metadata, key);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Reads into `to` what stands under `key`: a whole number of 32 bits.
bool ReadCount(const nlohmann::json& json, const char* key, std::uint32_t& to) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_unsigned()) return false;
  const auto value = found->get<std::uint64_t>();
  to = static_cast<std::uint32_t>(value);
  return value == to;
}

bool ReadCounts(const nlohmann::json& json, const char* key, std::map<std::string, std::uint32_t>& to) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_object()) return false;
  for (const auto& [name, count] : found->items()) {
    if (!ReadCount(*found, name.c_str(), to[name])) return false;
  }
  return true;
}

std::optional<Ledger> ReadLedger(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Ledger ledger;
  const bool whole = ReadCount(json, "granted", ledger.granted) && ReadCount(json, "returned", ledger.returned) &&
                     ReadCount(json, "bound", ledger.bound) && ReadCount(json, "stranded", ledger.stranded) &&
                     ReadCount(json, "counted", ledger.counted) && ReadCount(json, "late", ledger.late) &&
                     ReadCounts(json, "rejected", ledger.rejected) && ReadCounts(json, "lost", ledger.lost);
  const auto final = json.find("final");
  if (!whole || final == json.end() || !final->is_boolean()) return std::nullopt;
  ledger.final = final->get<bool>();
  return ledger;
}

std::map<std::string, double> Flatten(const Ledger& ledger) {
  std::map<std::string, double> flat{{"granted", ledger.granted}, {"returned", ledger.returned},
                                     {"bound", ledger.bound},     {"stranded", ledger.stranded},
                                     {"counted", ledger.counted}, {"late", ledger.late}};
  for (const auto& [reason, count] : ledger.rejected) flat["rejected." + reason] = count;
  for (const auto& [cause, count] : ledger.lost) flat["lost." + cause] = count;
  return flat;
}

}  // namespace

Result<ReadResult> ReadRoundResult(std::uint32_t round, std::string aggregate) {
  const Result<SafetensorsView> file = ParseSafetensors(aggregate);
  if (!file) return Bad(file.error().message);
  const Metadata& metadata = file->metadata;
  const Result<RoundOutcome> outcome = ParseOutcome(Text(metadata, "outcome"));
  if (!outcome || *outcome == RoundOutcome::kOpen) {
    return Bad("outcome: expected completed, partial or aborted, got \"" + Text(metadata, "outcome") + "\"");
  }
  const auto count = Read<std::uint32_t>(metadata, "count");
  if (!count) return Bad("count: expected a whole number, got \"" + Text(metadata, "count") + "\"");
  const auto weight = Read<double>(metadata, "total_weight");
  if (!weight) return Bad("total_weight: expected a number, got \"" + Text(metadata, "total_weight") + "\"");
  const std::optional<Ledger> ledger = ReadLedger(Text(metadata, "ledger"));
  if (!ledger) return Bad("ledger: expected the round's ledger as JSON, got \"" + Text(metadata, "ledger") + "\"");

  ReadResult read;
  read.final = ledger->final;
  sdk::RoundResult& result = read.result;
  result.round = round;
  result.outcome = OutcomeName(*outcome);
  result.reason = Text(metadata, "reason");
  result.count = *count;
  result.total_weight = *weight;
  result.ledger = Flatten(*ledger);
  result.ledger_balances = ledger->final && ledger->Balances();
  if (*outcome != RoundOutcome::kAborted) result.tensors = std::move(aggregate);
  return read;
}

}  // namespace propius
