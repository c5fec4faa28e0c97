// Plans, tickets and updates of test rounds. The update of slot s is one bit that no other slot has, so a sum tells
// whose updates are in it, and how often.
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

inline constexpr std::size_t kWords = 4;
inline constexpr std::uint32_t kBitsPerWord = 32;  // the upper half of a word is for what is counted twice
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
  for (const std::uint32_t slot : slots) words[slot / kBitsPerWord] += std::int64_t{1} << (slot % kBitsPerWord);
  return words;
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
  terms.max_slots = kWords * kBitsPerWord;
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
