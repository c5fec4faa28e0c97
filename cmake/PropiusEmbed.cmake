# embed(TARGET SYMBOL FILE): the file's text as `extern const std::string_view SYMBOL` in namespace propius.
function(embed TARGET SYMBOL FILE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FILE})
  file(READ ${FILE} text)
  set(out ${CMAKE_BINARY_DIR}/embedded/${SYMBOL}.cc)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"#include <string_view>
namespace propius {
extern const std::string_view @SYMBOL@;
const std::string_view @SYMBOL@ = R\"embedded(@text@)embedded\";
}
")
  target_sources(${TARGET} PRIVATE ${out})
endfunction()
