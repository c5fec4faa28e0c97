#include "sdk/failure.h"

namespace propius {

sdk::Error ToPublic(const Error& error) { return {std::string(CodeName(error.code)), error.message}; }

}  // namespace propius
