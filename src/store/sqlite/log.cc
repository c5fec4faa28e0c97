#include "store/sqlite/log.h"

#include <bit>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace propius {
namespace {

// https://www.sqlite.org/fileformat2.html#walformat
constexpr std::size_t kHeaderSize = 32;
constexpr std::size_t kFrameHeaderSize = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // its last bit says that checksums read big-endian words

std::uint32_t BigEndian(std::string_view bytes, std::size_t offset) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return word;
}

class RunningSum {
 public:
  explicit RunningSum(bool big_endian) : big_endian_(big_endian) {}

  // A multiple of eight bytes.
  void Add(std::string_view bytes) {
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      first_ += Word(bytes, i) + second_;
      second_ += Word(bytes, i + 4) + first_;
    }
  }
  bool IsAt(std::string_view bytes, std::size_t offset) const {
    return first_ == BigEndian(bytes, offset) && second_ == BigEndian(bytes, offset + 4);
  }

 private:
  std::uint32_t Word(std::string_view bytes, std::size_t offset) const {
    const std::uint32_t word = BigEndian(bytes, offset);
    return big_endian_ ? word : __builtin_bswap32(word);
  }

  bool big_endian_;
  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
};

struct Frame {
  explicit Frame(std::string_view bytes)
      : commit(BigEndian(bytes, 4) != 0), salt(std::uint64_t{BigEndian(bytes, 8)} << 32 | BigEndian(bytes, 12)) {}

  bool commit;  // the last frame of a transaction
  std::uint64_t salt;
};

bool ReadExactly(std::ifstream& in, std::string& bytes) {
  return static_cast<bool>(in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())));
}

// Frames of the log's earlier rounds may follow the end; they have another salt. One flipped bit does not make a frame
// of this log one of another.
bool SameSalt(std::uint64_t a, std::uint64_t b) { return std::popcount(a ^ b) <= 1; }

}  // namespace

Result<LogTail> InspectLog(const std::filesystem::path& log) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(log, error);
  if (error || size <= kHeaderSize) return LogTail::kWhole;
  std::ifstream in(log, std::ios::binary);
  std::string header(kHeaderSize, '\0');
  if (!ReadExactly(in, header)) return Fail(Code::kUnavailable, log.string() + ": expected to read the log's header");

  RunningSum sum((BigEndian(header, 0) & 1) != 0);
  sum.Add(std::string_view(header).substr(0, 24));
  const std::uint32_t page_size = BigEndian(header, 8);
  const bool known = (BigEndian(header, 0) & ~1U) == kMagic && sum.IsAt(header, 24);
  // Frames are written after the header is on disk, so a header that is not whole lost them.
  if (!known || page_size < 512 || page_size > 65536) return LogTail::kDamaged;

  const std::uint64_t salt = std::uint64_t{BigEndian(header, 16)} << 32 | BigEndian(header, 20);
  std::string bytes(kFrameHeaderSize + page_size, '\0');
  bool broken = false;
  bool ended = false;  // a commit ended at or after the break
  LogTail tail = LogTail::kWhole;
  while (ReadExactly(in, bytes)) {
    const Frame frame(bytes);
    if (!broken) {
      sum.Add(std::string_view(bytes).substr(0, 8));
      sum.Add(std::string_view(bytes).substr(kFrameHeaderSize));
      if (frame.salt == salt && sum.IsAt(bytes, 16)) continue;
      broken = true;
      if (SameSalt(frame.salt, salt)) tail = LogTail::kTorn;
      ended = frame.commit;
      continue;
    }
    if (!SameSalt(frame.salt, salt)) continue;
    // A commit is written only when the one before it is on disk.
    if (ended) return LogTail::kDamaged;
    tail = LogTail::kTorn;
    ended = frame.commit;
  }
  return tail;
}

}  // namespace propius
