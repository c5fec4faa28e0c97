#include "workload/line_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <zlib.h>

namespace propius {
namespace {

constexpr std::size_t kBuffer = 1 << 18;
constexpr std::size_t kLongestLine = 1 << 20;

}  // namespace

// zlib reads what is not compressed as it is.
struct LineReader::Source {
  gzFile file = nullptr;
  std::string_view text;

  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() {
    if (file != nullptr) gzclose(file);
  }

  // Up to `size` bytes; 0 at the end, below 0 on an error.
  int Read(char* into, std::size_t size) {
    if (file != nullptr) {
      const int count = gzread(file, into, static_cast<unsigned>(size));
      // Data that is cut short ends like any other, but for what is said of it here.
      return count == 0 && Error() != Z_OK ? -1 : count;
    }
    const std::size_t count = std::min(size, text.size());
    std::memcpy(into, text.data(), count);
    text.remove_prefix(count);
    return static_cast<int>(count);
  }

  int Error() const {
    int code = Z_OK;
    gzerror(file, &code);
    return code;
  }
  std::string Message() const {
    int code = Z_OK;
    const char* message = gzerror(file, &code);
    return code == Z_ERRNO ? std::strerror(errno) : message;
  }
};

LineReader::LineReader(std::unique_ptr<Source> source, std::string name)
    : source_(std::move(source)), name_(std::move(name)), buffer_(kBuffer) {}
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

Result<LineReader> LineReader::Open(const std::string& path) {
  auto source = std::make_unique<Source>();
  source->file = gzopen(path.c_str(), "rb");
  if (source->file == nullptr) {
    const int error = errno;
    return Fail(Code::kNotFound, path + ": expected a file to read: " + std::strerror(error));
  }
  gzbuffer(source->file, kBuffer);
  return LineReader(std::move(source), path);
}

LineReader LineReader::Over(std::string_view text, std::string name) {
  auto source = std::make_unique<Source>();
  source->text = text;
  return LineReader(std::move(source), std::move(name));
}

bool LineReader::Next(std::string_view& line) {
  std::size_t searched = 0;
  for (;;) {
    const char* from = buffer_.data() + begin_;
    const std::size_t held = end_ - begin_;
    const void* found = held > searched ? std::memchr(from + searched, '\n', held - searched) : nullptr;
    if (found == nullptr && !at_end_) {
      searched = held;
      if (!Fill()) return false;
      continue;
    }
    if (found == nullptr && held == 0) return false;
    const std::size_t size = found == nullptr ? held : static_cast<std::size_t>(static_cast<const char*>(found) - from);
    begin_ += std::min(size + 1, held);
    ++line_;
    line = {from, size};
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
  }
}

// Makes room and reads on. False on an error.
bool LineReader::Fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) {
    if (end_ >= kLongestLine) {
      ++line_;
      status_ = Fail(Code::kInvalidArgument, Where() + ": expected lines below a megabyte, got a longer one");
      return false;
    }
    buffer_.resize(buffer_.size() * 2);
  }
  const int count = source_->Read(buffer_.data() + end_, buffer_.size() - end_);
  if (count < 0) {
    status_ = Fail(Code::kDataLoss, name_ + ": expected whole gzip data after line " + std::to_string(line_) +
                                        ", got: " + source_->Message());
    return false;
  }
  if (count == 0) at_end_ = true;
  end_ += static_cast<std::size_t>(count);
  return true;
}

std::string LineReader::Where() const { return name_ + ":" + std::to_string(line_); }

}  // namespace propius
