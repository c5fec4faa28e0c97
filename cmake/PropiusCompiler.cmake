# Flags for our own targets only; third-party and generated code keep theirs.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD AND NOT PROPIUS_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

add_library(propius_flags INTERFACE)
target_include_directories(propius_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(propius_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(propius_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 invents both, around std::string's operator+ and tl::expected, once it inlines or instruments enough.
  target_compile_options(propius_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
