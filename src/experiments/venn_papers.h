// Figures that Venn's paper and README print, as venn.md section 4 gives them; and the bounds of beyond-venn.md.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace propius {

// Speed-ups over random in average JCT (Venn, Table 1).
struct VennPaperRow {
  std::string_view workload;
  double fifo = 0;
  double srsf = 0;
  double venn = 0;
};
inline constexpr std::array<VennPaperRow, 5> kVennTable1{{{"even", 1.38, 1.69, 1.87},
                                                          {"small", 1.48, 1.68, 1.78},
                                                          {"large", 1.64, 1.57, 1.72},
                                                          {"low", 1.55, 1.66, 1.88},
                                                          {"high", 1.42, 1.41, 1.63}}};
// Biased workloads (Table 4): most jobs need one class of devices; in the order of the classes.
inline constexpr std::array<VennPaperRow, 4> kVennTable4{{{"general", 1.46, 1.78, 1.94},
                                                          {"compute", 1.73, 2.08, 2.23},
                                                          {"memory", 1.68, 2.05, 2.27},
                                                          {"resource", 1.65, 1.90, 2.01}}};

// The README's expected results for Even.
struct VennReadmeRow {
  std::string_view policy;  // of ours, by the released rules
  double jct_s = 0;
  double makespan_s = 0;
  double queue_delay_s = 0;
};
inline constexpr std::array<VennReadmeRow, 3> kVennReadme{{{"fifo", 4'233'961.563, 9'069'573, 246.4},
                                                           {"srsf", 3'445'766.367, 10'739'668, 345.6},
                                                           {"venn_released", 3'133'770.735, 8'742'415, 321.7}}};

// Ablation (Fig. 11), speed-ups over random.
struct VennAblationRow {
  std::string_view workload;
  double fifo = 0;
  double without_scheduling = 0;
  double without_matching = 0;
  double full = 0;
};
inline constexpr std::array<VennAblationRow, 2> kVennFig11{
    {{"low", 1.55, 1.62, 1.79, 1.88}, {"high", 1.42, 1.42, 1.63, 1.63}}};

// The fairness knob (Fig. 14; readings of a plot, but for the 69 % that the text states).
struct VennFairnessRow {
  std::string_view epsilon;
  double gain = 0;
  std::optional<double> within_fair_share;
};
inline constexpr std::array<VennFairnessRow, 5> kVennFig14{
    {{"0", 1.88, 0.40}, {"0.5", 1.80, {}}, {"1", 1.72, 0.55}, {"2", 1.60, 0.69}, {"4", 1.50, 0.80}}};

// Average JCT in seconds for the five lists (beyond-venn.md section 2): no policy can be below `hard`; `practical` adds
// failures of a tenth and a minute of answering to every round.
struct JctBound {
  std::string_view workload;
  double hard = 0;
  double practical = 0;
};
inline constexpr std::array<JctBound, 5> kJctBounds{{{"even", 1'746'247, 1'975'167},
                                                     {"small", 881'551, 1'002'640},
                                                     {"large", 3'709'295, 4'178'551},
                                                     {"low", 416'631, 480'182},
                                                     {"high", 2'621'578, 2'954'402}}};

// The row of this key, or null.
template <typename Rows>
constexpr auto* RowOf(const Rows& rows, std::string_view workload) {
  for (const auto& row : rows) {
    if (row.workload == workload) return &row;
  }
  return static_cast<decltype(&rows.front())>(nullptr);
}

}  // namespace propius
