// Files of data/venn that the build carries inside.
#pragma once

#include <string_view>
#include <vector>

namespace propius {

extern const std::string_view kVennDiurnal;
extern const std::string_view kVennComputation;
extern const std::string_view kVennCommunication;
extern const std::string_view kVennEligibility;
extern const std::string_view kVennJobsEven;
extern const std::string_view kVennJobsSmall;
extern const std::string_view kVennJobsLarge;
extern const std::string_view kVennJobsLow;
extern const std::string_view kVennJobsHigh;

// A JSON array of numbers.
std::vector<double> EmbeddedNumbers(std::string_view json);

struct Histogram {
  std::vector<double> edges;  // one more than counts
  std::vector<double> counts;
};
Histogram EmbeddedHistogram(std::string_view json);

}  // namespace propius
