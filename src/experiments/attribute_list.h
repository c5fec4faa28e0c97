// Devices by their public attributes, from a CSV.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/attributes.h"

namespace propius {

// One device in each line. A column is an attribute; the first may hold names of devices and is then passed over.
Result<std::vector<Attributes>> ParseAttributeList(std::string_view csv, const std::string& name);

}  // namespace propius
