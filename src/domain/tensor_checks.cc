#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/quote.h"
#include "base/vectorise.h"
#include "domain/safetensors.h"
#include "domain/safetensors_header.h"

namespace propius {
namespace {

// Little enough to stay in the first cache between reading and, if need be, searching.
constexpr std::size_t kBlock = 2048;

template <typename Word>
Word WordAt(const char* bytes, std::size_t index) {
  Word word;
  std::memcpy(&word, bytes + index * sizeof(Word), sizeof(Word));
  return word;
}

// NaN and infinity are the values whose exponent bits are all set. One loop for each width, over bytes as they lie and
// without an exit, so that it becomes vector code.
PROPIUS_VECTORISED bool AnyFull(const char* bytes, std::size_t count, std::uint16_t exponent) {
  unsigned found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    found |= static_cast<unsigned>((WordAt<std::uint16_t>(bytes, i) & exponent) == exponent);
  }
  return found != 0;
}

PROPIUS_VECTORISED bool AnyFull(const char* bytes, std::size_t count, std::uint32_t exponent) {
  unsigned found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    found |= static_cast<unsigned>((WordAt<std::uint32_t>(bytes, i) & exponent) == exponent);
  }
  return found != 0;
}

PROPIUS_VECTORISED bool AnyFull(const char* bytes, std::size_t count, std::uint64_t exponent) {
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    found |= static_cast<std::uint64_t>((WordAt<std::uint64_t>(bytes, i) & exponent) == exponent);
  }
  return found != 0;
}

template <typename Word>
Status CheckExponents(const TensorView& tensor, Word exponent) {
  const std::size_t size = tensor.data.size() / sizeof(Word);
  for (std::size_t start = 0; start < size; start += kBlock) {
    const std::size_t count = std::min(kBlock, size - start);
    const char* const block = tensor.data.data() + start * sizeof(Word);
    if (!AnyFull(block, count, exponent)) continue;
    for (std::size_t i = 0; i < count; ++i) {
      const auto word = WordAt<Word>(block, i);
      if ((word & exponent) != exponent) continue;
      const Word mantissa = static_cast<Word>(exponent ^ (std::numeric_limits<Word>::max() >> 1));
      const bool infinite = (word & mantissa) == 0;
      return Fail(Code::kInvalidArgument, "tensor " + Quote(tensor.spec.name) + "[" + std::to_string(start + i) +
                                              "]: expected a finite number, got " + (infinite ? "an infinity" : "NaN"));
    }
  }
  return {};
}

// What is reduced of these tensors must fit into a file again: its values are up to 8 bytes wide, and its header is a
// reader's limit with room for the result's metadata.
Status CheckRoom(const Manifest& manifest) {
  constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 40;
  constexpr std::size_t kRoomForMetadata = kMaxHeaderBytes / 4;
  SafetensorsHeader header;
  std::uint64_t end = 0;
  for (const TensorSpec& spec : manifest) {
    if (spec.Elements() > kMaxElements || end > 8 * kMaxElements) {
      return Fail(Code::kInvalidArgument,
                  "update manifest: " + Quote(spec.name) + ": expected at most 2^40 values, got " + Show(spec));
    }
    const std::uint64_t begin = std::exchange(end, end + 8 * spec.Elements());
    header.entries.try_emplace(spec.name, HeaderEntry{Dtype::kF64, spec.shape, begin, end});
  }
  const std::size_t size = WriteHeader(header).size();
  if (size > kMaxHeaderBytes - kRoomForMetadata) {
    return Fail(Code::kInvalidArgument, "update manifest: expected names and shapes of at most " +
                                            std::to_string(kMaxHeaderBytes - kRoomForMetadata) + " bytes, got " +
                                            std::to_string(size));
  }
  return {};
}

}  // namespace

Status CheckManifest(const Manifest& expected, const SafetensorsView& update) {
  std::size_t i = 0;
  for (const TensorSpec& spec : expected) {
    const bool missing = i == update.tensors.size() || update.tensors[i].spec.name > spec.name;
    if (missing) {
      return Fail(Code::kInvalidArgument, "tensor " + Quote(spec.name) + ": expected " + Show(spec) + ", got none");
    }
    const TensorSpec& got = update.tensors[i++].spec;
    if (got.name != spec.name) {
      return Fail(Code::kInvalidArgument, "tensor " + Quote(got.name) + ": expected none, got " + Show(got));
    }
    if (got != spec) {
      return Fail(Code::kInvalidArgument,
                  "tensor " + Quote(spec.name) + ": expected " + Show(spec) + ", got " + Show(got));
    }
  }
  if (i == update.tensors.size()) return {};
  const TensorSpec& extra = update.tensors[i].spec;
  return Fail(Code::kInvalidArgument, "tensor " + Quote(extra.name) + ": expected none, got " + Show(extra));
}

Status CheckFinite(const SafetensorsView& update) {
  for (const TensorView& tensor : update.tensors) {
    Status status;
    switch (tensor.spec.dtype) {
      case Dtype::kF32:
        status = CheckExponents<std::uint32_t>(tensor, 0x7f80'0000);
        break;
      case Dtype::kF64:
        status = CheckExponents<std::uint64_t>(tensor, 0x7ff0'0000'0000'0000);
        break;
      case Dtype::kF16:
        status = CheckExponents<std::uint16_t>(tensor, 0x7c00);
        break;
      case Dtype::kBF16:
        status = CheckExponents<std::uint16_t>(tensor, 0x7f80);
        break;
      case Dtype::kI8:
      case Dtype::kI32:
      case Dtype::kI64:
        break;
    }
    if (!status) return status;
  }
  return {};
}

Result<Manifest> UpdateManifest(const SafetensorsView& plan) {
  Manifest manifest;
  const auto named = plan.metadata.find("update_manifest");
  if (named == plan.metadata.end()) {
    manifest = plan.manifest();
  } else {
    Result<SafetensorsHeader> header = ReadHeader(named->second, HeaderForm::kManifest);
    if (!header) return tl::unexpected(header.error());
    manifest.reserve(header->entries.size());
    for (auto& [name, entry] : header->entries) manifest.push_back({name, entry.dtype, std::move(entry.shape)});
  }
  if (const Status status = CheckRoom(manifest); !status) return tl::unexpected(status.error());
  return manifest;
}

}  // namespace propius
