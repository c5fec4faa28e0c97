#include "report/text.h"

#include <cstdint>
#include <functional>

namespace propius {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kEllipsis = 0x2026;

// Reads one code point from the front; fails on overlong forms, surrogates and whatever else is not UTF-8, in which
// case one byte goes.
char32_t TakeCodePoint(std::string_view& bytes) {
  const auto first = static_cast<unsigned char>(bytes.front());
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 1) {
    bytes.remove_prefix(1);
    return first;
  }
  char32_t point = length == 0 ? 0 : first & (0x7FU >> length);
  bool valid = length != 0 && length <= bytes.size();
  for (std::size_t i = 1; valid && i < length; ++i) {
    const auto next = static_cast<unsigned char>(bytes[i]);
    valid = (next & 0xC0U) == 0x80;
    point = point << 6 | (next & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  valid = valid && !overlong && point <= 0x10FFFF && !(point >= 0xD800 && point < 0xE000);
  bytes.remove_prefix(valid ? length : 1);
  return valid ? point : kReplacement;
}

bool IsCombining(char32_t point) {
  return (point >= 0x300 && point < 0x370) || (point >= 0x200B && point <= 0x200F) ||
         (point >= 0xFE00 && point < 0xFE10);
}

// East Asian wide characters and emoji, by blocks.
bool IsWide(char32_t point) {
  return (point >= 0x1100 && point < 0x1160) || (point >= 0x2E80 && point < 0xA4D0) ||
         (point >= 0xAC00 && point < 0xD7A4) || (point >= 0xF900 && point < 0xFB00) ||
         (point >= 0xFE30 && point < 0xFE70) || (point >= 0xFF00 && point < 0xFF61) ||
         (point >= 0x1F300 && point < 0x1FB00) || (point >= 0x20000 && point < 0x40000);
}

// Widths of a typical system sans-serif, in shares of the font size.
double Width(char32_t point) {
  if (IsCombining(point)) return 0;
  if (IsWide(point)) return 1;
  if (point >= 0x80) return 0.6;
  const std::string_view narrow = "ijltfrI.,:;|!'`()[]{}/\\ ";
  const std::string_view broad = "mwMW@%";
  const char letter = static_cast<char>(point);
  if (narrow.find(letter) != std::string_view::npos) return 0.34;
  if (broad.find(letter) != std::string_view::npos) return 0.92;
  if (letter >= 'A' && letter <= 'Z') return 0.69;
  return 0.6;
}

std::string Fit(std::string_view utf8, double room, const std::function<double(char32_t)>& width) {
  const std::u32string points = ReadableCodePoints(utf8);
  double used = 0;
  std::size_t fits = 0;  // code points that leave room for the ellipsis
  for (std::size_t i = 0; i < points.size(); ++i) {
    used += width(points[i]);
    if (used + width(kEllipsis) <= room) fits = i + 1;
  }
  if (used <= room) return ToUtf8(points);
  if (width(kEllipsis) > room) return {};
  while (fits > 0 && points[fits - 1] == U' ') --fits;
  return ToUtf8(points.substr(0, fits)) + ToUtf8({&kEllipsis, 1});
}

double ColumnsOf(char32_t point) { return IsCombining(point) ? 0 : IsWide(point) ? 2 : 1; }

}  // namespace

std::u32string ReadableCodePoints(std::string_view utf8) {
  std::u32string points;
  points.reserve(utf8.size());
  while (!utf8.empty()) {
    const char32_t point = TakeCodePoint(utf8);
    const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x202A && point <= 0x202E) ||
                         (point >= 0x2066 && point <= 0x2069) || point == 0xFFFE || point == 0xFFFF;
    points.push_back(point == U'\n' || point == U'\t' ? U' ' : control ? kReplacement : point);
  }
  return points;
}

std::string ToUtf8(std::u32string_view code_points) {
  std::string bytes;
  bytes.reserve(code_points.size());
  for (const char32_t point : code_points) {
    if (point < 0x80) {
      bytes.push_back(static_cast<char>(point));
      continue;
    }
    const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    const auto lead = 0xFF00U >> (more + 1) & 0xFFU;
    bytes.push_back(static_cast<char>(lead | point >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) bytes.push_back(static_cast<char>(0x80U | (point >> (6 * i) & 0x3FU)));
  }
  return bytes;
}

std::string Escape(std::string_view utf8) {
  std::string escaped;
  for (const char letter : ToUtf8(ReadableCodePoints(utf8))) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

double EstimateWidth(std::string_view utf8, double font_size) {
  double width = 0;
  for (const char32_t point : ReadableCodePoints(utf8)) width += Width(point);
  return width * font_size;
}

std::string FitWidth(std::string_view utf8, double font_size, double width) {
  return Fit(utf8, width / font_size, Width);
}

std::size_t Columns(std::string_view utf8) {
  double columns = 0;
  for (const char32_t point : ReadableCodePoints(utf8)) columns += ColumnsOf(point);
  return static_cast<std::size_t>(columns);
}

std::string FitColumns(std::string_view utf8, std::size_t columns) {
  return Fit(utf8, static_cast<double>(columns), ColumnsOf);
}

}  // namespace propius
