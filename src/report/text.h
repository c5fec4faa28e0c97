// Text on its way into markup, a drawing or a terminal: cleaned, escaped, measured and cut.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace propius {

// The code points of UTF-8 text. Bytes that are not UTF-8 and control characters, which neither XML nor a terminal
// should be given, come as U+FFFD; a tab or a line feed comes as a space.
std::u32string ReadableCodePoints(std::string_view utf8);
std::string ToUtf8(std::u32string_view code_points);

// For element content and for attribute values in either quotes.
std::string Escape(std::string_view utf8);

// Pixels that the text takes in a system sans-serif of this size, estimated: nobody here has the font.
double EstimateWidth(std::string_view utf8, double font_size);
// The text, or as much of its beginning as fits with an ellipsis; empty if not even that fits.
std::string FitWidth(std::string_view utf8, double font_size, double width);

// Columns that the text takes on a terminal.
std::size_t Columns(std::string_view utf8);
// The text without control characters, cut with an ellipsis to at most this many columns.
std::string FitColumns(std::string_view utf8, std::size_t columns);

}  // namespace propius
