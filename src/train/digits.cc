#include "train/digits.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/check.h"

namespace propius {
namespace {

constexpr std::uint32_t kImageMagic = 0x00000803;  // unsigned bytes, three dimensions
constexpr std::uint32_t kLabelMagic = 0x00000801;  // unsigned bytes, one dimension
constexpr std::uint32_t kSide = 28;

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(Code::kNotFound, path.string() + ": expected an idx file, cannot open it");
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return Fail(Code::kDataLoss, path.string() + ": cannot read to its end");
  return bytes;
}

std::uint32_t BigEndian(std::string_view bytes, std::size_t word) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[word * 4 + i]);
  return value;
}

Error Broken(const std::filesystem::path& path, Code code, const std::string& expected, const std::string& got) {
  return {code, path.string() + ": expected " + expected + ", got " + got};
}

// The bytes after a header of `dimensions` sizes, the first of which counts `item_bytes` each.
Result<std::string> ReadIdx(const std::filesystem::path& path, std::uint32_t magic, std::size_t dimensions,
                            std::uint64_t item_bytes) {
  Result<std::string> bytes = ReadFile(path);
  if (!bytes) return bytes;
  const std::size_t header = 4 * (1 + dimensions);
  if (bytes->size() < header) {
    return tl::unexpected(Broken(path, Code::kDataLoss, "an idx header of " + std::to_string(header) + " bytes",
                                 std::to_string(bytes->size()) + " bytes"));
  }
  if (BigEndian(*bytes, 0) != magic) {
    return tl::unexpected(Broken(path, Code::kInvalidArgument, "the idx magic number " + std::to_string(magic),
                                 std::to_string(BigEndian(*bytes, 0))));
  }
  for (std::size_t i = 2; i <= dimensions; ++i) {
    if (BigEndian(*bytes, i) != kSide) {
      return tl::unexpected(Broken(path, Code::kInvalidArgument, "images of 28x28 pixels",
                                   "a side of " + std::to_string(BigEndian(*bytes, i))));
    }
  }
  const std::uint64_t count = BigEndian(*bytes, 1);
  if (bytes->size() - header != count * item_bytes) {
    return tl::unexpected(Broken(path, Code::kDataLoss,
                                 std::to_string(count * item_bytes) + " bytes for " + std::to_string(count) + " items",
                                 std::to_string(bytes->size() - header) + " bytes"));
  }
  return bytes->substr(header);
}

}  // namespace

Digits Digits::Take(const std::vector<std::size_t>& indices) const {
  Digits taken;
  taken.pixels.reserve(indices.size() * kDigitPixels);
  taken.labels.reserve(indices.size());
  for (const std::size_t index : indices) {
    CHECK(index < labels.size());
    const auto first = pixels.begin() + static_cast<std::ptrdiff_t>(index * kDigitPixels);
    taken.pixels.insert(taken.pixels.end(), first, first + static_cast<std::ptrdiff_t>(kDigitPixels));
    taken.labels.push_back(labels[index]);
  }
  return taken;
}

Result<Digits> LoadDigits(const std::filesystem::path& folder, bool train) {
  const std::string prefix = train ? "train" : "t10k";
  const std::filesystem::path image_file = folder / (prefix + "-images-idx3-ubyte");
  const std::filesystem::path label_file = folder / (prefix + "-labels-idx1-ubyte");
  const Result<std::string> images = ReadIdx(image_file, kImageMagic, 3, kDigitPixels);
  if (!images) return tl::unexpected(images.error());
  const Result<std::string> labels = ReadIdx(label_file, kLabelMagic, 1, 1);
  if (!labels) return tl::unexpected(labels.error());
  const std::size_t count = images->size() / kDigitPixels;
  if (labels->size() != count) {
    return tl::unexpected(Broken(label_file, Code::kInvalidArgument, std::to_string(count) + " labels, one per image",
                                 std::to_string(labels->size())));
  }

  Digits digits;
  digits.labels.reserve(count);
  for (const char byte : *labels) {
    const auto label = static_cast<std::uint8_t>(byte);
    if (label > 9) {
      return tl::unexpected(Broken(label_file, Code::kInvalidArgument, "labels from 0 to 9",
                                   std::to_string(label) + " at image " + std::to_string(digits.labels.size())));
    }
    digits.labels.push_back(label);
  }
  digits.pixels.resize(images->size());
  std::ranges::transform(*images, digits.pixels.begin(), [](char byte) {
    return (static_cast<float>(static_cast<unsigned char>(byte)) / 255.0F - kDigitMean) / kDigitDeviation;
  });
  return digits;
}

}  // namespace propius
