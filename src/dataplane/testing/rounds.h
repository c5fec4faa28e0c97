// Plans, tickets and updates of test rounds. The update of a slot adds one to three bits that no other slot has, so a
// sum tells whose updates are in it, and how often (up to seven times).
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "aggregation/registry.h"
#include "base/bitmap.h"
#include "base/check.h"
#include "base/crypto.h"
#include "domain/round.h"
#include "domain/safetensors.h"
#include "domain/ticket.h"

namespace propius {

inline constexpr std::size_t kWords = 8;
inline constexpr std::uint32_t kSlotsPerWord = 16;
using Words = std::vector<std::int64_t>;

inline Blob MakeBlob(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

inline std::string WordsFile(const Words& words, const std::map<std::string, std::string>& metadata = {}) {
  std::string bytes(words.size() * sizeof(std::int64_t), '\0');
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return WriteSafetensors({{{"v", Dtype::kI64, {words.size()}}, bytes}}, metadata);
}

// Empty if there is no tensor.
inline Words ReadWords(const Blob& file) {
  CHECK(file != nullptr);
  const Result<SafetensorsView> view = ParseSafetensors(*file);
  CHECK(view.has_value());
  if (view->tensors.empty()) return {};
  Words words(kWords);
  CHECK(view->tensors.front().data.size() == kWords * sizeof(std::int64_t));
  std::memcpy(words.data(), view->tensors.front().data.data(), kWords * sizeof(std::int64_t));
  return words;
}

inline Words WordsOf(const std::vector<std::uint32_t>& slots) {
  Words words(kWords);
  for (const std::uint32_t slot : slots) words[slot / kSlotsPerWord] += std::int64_t{1} << (3 * (slot % kSlotsPerWord));
  return words;
}

// Slot -> how often it is in the sum; 0 is left out.
inline std::map<std::uint32_t, int> Contributors(const Words& words) {
  std::map<std::uint32_t, int> times;
  for (std::uint32_t slot = 0; slot < words.size() * kSlotsPerWord; ++slot) {
    const auto often = static_cast<int>(words[slot / kSlotsPerWord] >> (3 * (slot % kSlotsPerWord)) & 7);
    if (often != 0) times[slot] = often;
  }
  return times;
}

inline Blob UpdateOf(std::uint32_t slot, const std::map<std::string, std::string>& metadata = {}) {
  return MakeBlob(WordsFile(WordsOf({slot}), metadata));
}

inline Blob MakePlan(const std::string& name = "plan") { return MakeBlob(WordsFile(Words(kWords), {{"name", name}})); }

inline RoundTerms MakeTerms(RoundKey round, const Blob& plan, Time deadline, std::uint32_t target = 4) {
  RoundTerms terms;
  terms.tenant = "default";
  terms.job = round.job;
  terms.round = round.round;
  terms.demand = target;
  terms.slots = target;
  terms.target = target;
  terms.max_slots = kWords * kSlotsPerWord;
  terms.deadline = deadline;
  terms.plan = Sha256(*plan);
  terms.reducer = {"sum", {}};
  terms.max_update_bytes = 4096;
  terms.max_weight = 10;
  return terms;
}

inline Ticket MakeTicket(const RoundTerms& terms, std::uint32_t slot, std::uint32_t groups = 1) {
  Ticket ticket;
  ticket.tenant = terms.tenant;
  ticket.round = terms.key();
  ticket.slot = {slot};
  ticket.group = {slot % groups};
  ticket.device = {slot + 1};
  ticket.plan = terms.plan;
  ticket.max_update_bytes = terms.max_update_bytes;
  ticket.max_weight = terms.max_weight;
  ticket.expires = terms.deadline;
  return ticket;
}

inline const ReducerRegistry& TestReducers() {
  static const ReducerRegistry registry = [] {
    ReducerRegistry filled;
    AddBuiltinReducers(filled);
    return filled;
  }();
  return registry;
}

// A partial of the given slots, as a leaf would send it.
inline Blob PartialOf(const RoundTerms& terms, const Manifest& manifest, const std::vector<std::uint32_t>& slots,
                      double weight = 1) {
  const Result<std::unique_ptr<Reducer>> reducer = TestReducers().Make(terms.reducer, manifest);
  CHECK(reducer.has_value());
  for (const std::uint32_t slot : slots) {
    const Blob update = UpdateOf(slot);
    CHECK((*reducer)->Accumulate(*ParseSafetensors(*update), weight).has_value());
  }
  return MakeBlob((*reducer)->Serialize());
}

inline Bitmap SlotsOf(const std::vector<std::uint32_t>& slots) {
  Bitmap bitmap;
  for (const std::uint32_t slot : slots) bitmap.Set(slot);
  return bitmap;
}

inline Manifest TestManifest() { return {{"v", Dtype::kI64, {kWords}}}; }

}  // namespace propius
