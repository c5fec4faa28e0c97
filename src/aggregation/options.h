// Options of a reducer, read strictly.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"
#include "domain/job.h"

namespace propius {

// Fails on an option that is not among those known, and names them.
Status CheckOptions(const ReducerSpec& spec, std::initializer_list<std::string_view> known);

}  // namespace propius
