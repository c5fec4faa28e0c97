// Hashes, message authentication and text forms of bytes, on OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace propius {

// 32 bytes.
std::string Sha256(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);
// Takes the same time wherever the difference is.
bool SameBytes(std::string_view a, std::string_view b);

// Lower case.
std::string ToHex(std::string_view bytes);
Result<std::string> FromHex(std::string_view text);
// RFC 4648 section 5, without padding.
std::string ToBase64Url(std::string_view bytes);
Result<std::string> FromBase64Url(std::string_view text);

}  // namespace propius
