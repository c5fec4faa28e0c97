#include "domain/safetensors.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/check.h"
#include "base/quote.h"
#include "domain/safetensors_header.h"

namespace propius {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kAlignment = 8;

struct KnownDtype {
  std::string_view name;
  std::size_t size;
};
// In the order of the enumeration.
constexpr std::array<KnownDtype, 7> kDtypes{
    {{"F32", 4}, {"F64", 8}, {"F16", 2}, {"BF16", 2}, {"I8", 1}, {"I32", 4}, {"I64", 8}}};

// The writer must not depend on the byte order of the machine any more than the reader.
std::uint64_t ReadLength(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

std::string WriteLength(std::uint64_t value) {
  std::string bytes;
  for (std::size_t i = 0; i < kLengthBytes; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

// Every tensor has the bytes that its shape needs, and together they are the data, without gap or overlap.
Status CheckTiling(const SafetensorsHeader& header, std::uint64_t data_size) {
  using Place = std::tuple<std::uint64_t, std::uint64_t, const std::string*>;
  std::vector<Place> places;
  places.reserve(header.entries.size());
  for (const auto& [name, entry] : header.entries) {
    const TensorSpec spec{name, entry.dtype, entry.shape};
    if (entry.begin > entry.end || entry.end > data_size || entry.end - entry.begin != spec.Bytes()) {
      return Fail(Code::kInvalidArgument, "safetensors header: " + Quote(name) + ": expected the offsets of " +
                                              std::to_string(spec.Bytes()) + " bytes within " +
                                              std::to_string(data_size) + ", got " + std::to_string(entry.begin) +
                                              " to " + std::to_string(entry.end));
    }
    places.emplace_back(entry.begin, entry.end, &name);
  }
  std::ranges::sort(places, {}, [](const Place& place) { return std::pair(std::get<0>(place), std::get<1>(place)); });
  std::uint64_t covered = 0;
  for (const auto& [begin, end, name] : places) {
    if (begin != covered) {
      return Fail(Code::kInvalidArgument, "safetensors header: " + Quote(*name) + ": expected its data at byte " +
                                              std::to_string(covered) + ", got " + std::to_string(begin));
    }
    covered = end;
  }
  if (covered != data_size) {
    return Fail(Code::kInvalidArgument, "safetensors: expected " + std::to_string(covered) + " bytes of data, got " +
                                            std::to_string(data_size));
  }
  return {};
}

}  // namespace

std::string_view DtypeName(Dtype dtype) { return kDtypes.at(static_cast<std::size_t>(dtype)).name; }

std::size_t DtypeSize(Dtype dtype) { return kDtypes.at(static_cast<std::size_t>(dtype)).size; }

Result<Dtype> ParseDtype(std::string_view name) {
  for (std::size_t i = 0; i < kDtypes.size(); ++i) {
    if (kDtypes.at(i).name == name) return static_cast<Dtype>(i);
  }
  return Fail(Code::kInvalidArgument, "dtype: expected F32, F64, F16, BF16, I8, I32 or I64, got " + Quote(name));
}

std::uint64_t TensorSpec::Elements() const {
  std::uint64_t elements = 1;
  for (const std::uint64_t extent : shape) elements *= extent;
  return elements;
}

std::string Show(const TensorSpec& spec) {
  std::string text(DtypeName(spec.dtype));
  text += '[';
  for (std::size_t i = 0; i < spec.shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(spec.shape[i]);
  }
  return text + "]";
}

Manifest SafetensorsView::manifest() const {
  Manifest manifest;
  manifest.reserve(tensors.size());
  for (const TensorView& tensor : tensors) manifest.push_back(tensor.spec);
  return manifest;
}

const TensorView* SafetensorsView::Find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(
      tensors, name, {}, [](const TensorView& tensor) { return std::string_view(tensor.spec.name); });
  return found != tensors.end() && found->spec.name == name ? &*found : nullptr;
}

Result<SafetensorsView> ParseSafetensors(std::string_view bytes) {
  if (bytes.size() < kLengthBytes) {
    return Fail(Code::kInvalidArgument,
                "safetensors: expected an 8-byte header length, got " + std::to_string(bytes.size()) + " bytes");
  }
  const std::uint64_t length = ReadLength(bytes);
  bytes.remove_prefix(kLengthBytes);
  if (length > kMaxHeaderBytes || length > bytes.size()) {
    return Fail(Code::kInvalidArgument, "safetensors: expected a header of at most " +
                                            std::to_string(std::min(kMaxHeaderBytes, bytes.size())) + " bytes, got " +
                                            std::to_string(length));
  }
  Result<SafetensorsHeader> header = ReadHeader(bytes.substr(0, length), HeaderForm::kFile);
  if (!header) return tl::unexpected(header.error());
  const std::string_view data = bytes.substr(length);
  if (const Status status = CheckTiling(*header, data.size()); !status) return tl::unexpected(status.error());

  SafetensorsView view;
  view.tensors.reserve(header->entries.size());
  for (auto& [name, entry] : header->entries) {
    view.tensors.push_back(
        {{name, entry.dtype, std::move(entry.shape)}, data.substr(entry.begin, entry.end - entry.begin)});
  }
  view.metadata = std::move(header->metadata);
  return view;
}

std::string WriteSafetensors(const std::vector<TensorView>& tensors,
                             const std::map<std::string, std::string>& metadata) {
  std::vector<const TensorView*> sorted;
  sorted.reserve(tensors.size());
  for (const TensorView& tensor : tensors) sorted.push_back(&tensor);
  std::ranges::sort(sorted, {}, [](const TensorView* tensor) -> const std::string& { return tensor->spec.name; });

  SafetensorsHeader header;
  header.metadata = metadata;
  std::uint64_t offset = 0;
  for (const TensorView* tensor : sorted) {
    CHECK(tensor->data.size() == tensor->spec.Bytes());
    const std::uint64_t end = offset + tensor->data.size();
    CHECK(
        header.entries.try_emplace(tensor->spec.name, HeaderEntry{tensor->spec.dtype, tensor->spec.shape, offset, end})
            .second);
    offset = end;
  }
  std::string json = WriteHeader(header);
  json.resize((json.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');

  std::string bytes;
  bytes.reserve(kLengthBytes + json.size() + offset);
  bytes += WriteLength(json.size());
  bytes += json;
  for (const TensorView* tensor : sorted) bytes += tensor->data;
  return bytes;
}

}  // namespace propius
