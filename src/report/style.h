// The style sheet of a page and its plots.
#pragma once

#include <string_view>

namespace propius {

// CSS for a <style> element: the colours of both themes, the layout, the classes that svg.h and the plots use.
std::string_view StyleSheet();

}  // namespace propius
