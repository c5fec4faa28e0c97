# The headers that a policy of one's own is built against, as the install component policy_sdk:
#   cmake --install build/dev --prefix DIR --component policy_sdk
include(CMakePackageConfigHelpers)

# Whole rooms: a list of headers would rot with the first new include.
foreach(room base domain scheduling)
  install(DIRECTORY src/${room} DESTINATION include/propius-policy COMPONENT policy_sdk
    FILES_MATCHING PATTERN "*.h" PATTERN "policies" EXCLUDE PATTERN "testing.h" EXCLUDE)
endforeach()
install(FILES src/scheduling/policies/ranking.h DESTINATION include/propius-policy/scheduling/policies
  COMPONENT policy_sdk)

set(POLICY_INCLUDE include/propius-policy)
set(policy_package lib/cmake/PropiusPolicy)
configure_package_config_file(cmake/PropiusPolicyConfig.cmake.in ${CMAKE_BINARY_DIR}/PropiusPolicyConfig.cmake
  INSTALL_DESTINATION ${policy_package} PATH_VARS POLICY_INCLUDE)
# Which version a library is of is checked when it is loaded.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/PropiusPolicyConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_BINARY_DIR}/PropiusPolicyConfig.cmake ${CMAKE_BINARY_DIR}/PropiusPolicyConfigVersion.cmake
  DESTINATION ${policy_package} COMPONENT policy_sdk)
