// The JSON header of a safetensors file, and the manifest in a plan's metadata, which has the same form without
// offsets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "domain/safetensors.h"

namespace propius {

struct HeaderEntry {
  Dtype dtype = Dtype::kF32;
  Shape shape;
  std::uint64_t begin = 0;  // of its bytes, counted from the end of the header
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::map<std::string, HeaderEntry> entries;  // by name
  std::map<std::string, std::string> metadata;
};

enum class HeaderForm {
  kFile,      // with data_offsets and, if wanted, __metadata__
  kManifest,  // neither
};

inline constexpr std::size_t kMaxHeaderBytes = std::size_t{1} << 20;

// Reads only this form: no unknown or repeated keys, no other types, rank at most 8, names of at most 256 bytes, sizes
// in bytes within 64 bits. Offsets are taken as they stand. kInvalidArgument says where.
Result<SafetensorsHeader> ReadHeader(std::string_view json, HeaderForm form);

// Compact, by name; equal input gives equal text.
std::string WriteHeader(const SafetensorsHeader& header);

}  // namespace propius
