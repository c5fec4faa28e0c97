// The table that ends the demo.
#pragma once

#include <string>

#include "apps/demo_results.h"

namespace propius {

std::string DemoTable(const DemoResults& results);

}  // namespace propius
