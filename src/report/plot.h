// Plots as values, drawn as SVG for a page of page.h, whose style sheet gives them their colours. Whatever comes is
// drawn as well as it can be: what is not finite is a gap, what is too long is cut, and nothing at all says so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/scale.h"

namespace propius {

struct Axis {
  std::string title{};
  Unit unit = Unit::kNumber;
  // Ends of the axis; without them it takes in all values, and on a value axis the round numbers around them.
  std::optional<double> low{};
  std::optional<double> high{};
};

struct Point {
  double x = 0;
  double y = 0;  // NaN: a gap
};

enum class Mark { kLine, kStep, kPoints, kLineAndPoints };

struct Series {
  std::string name{};
  std::vector<Point> points{};  // rising x for lines and steps
  Mark mark = Mark::kLine;
  std::optional<int> color{};  // number of the colour from 0; by default the series' own place
};

// A horizontal line to reach or to keep below.
struct TargetLine {
  double y = 0;
  std::string label{};
  std::optional<int> color{};  // of the series that it is for
};

// Up to 10 series can be told apart. Their names stand at the ends of the lines where there is room.
struct LineChart {
  Axis x{};
  Axis y{};
  std::vector<Series> series{};
  std::vector<TargetLine> targets{};
  double height = 320;
};

struct Bars {
  std::string name{};
  std::vector<double> values{};  // one per category; NaN or none: no bar
  std::optional<int> color{};
};

// Bars side by side in each category, or on top of each other.
struct BarChart {
  Axis y{};
  std::vector<std::string> categories{};
  std::vector<Bars> bars{};
  bool stacked = false;
  double height = 300;
};

struct Span {
  double begin = 0;
  double end = 0;
  int kind = 0;           // index into Timeline::kinds
  std::string label{};    // written into the span where it fits
  std::string tooltip{};  // added to kind and times
};

struct TimelineRow {
  std::string name{};
  std::vector<Span> spans{};
  std::optional<int> color{};  // of spans whose kind has none
};

struct SpanKind {
  std::string name{};
  std::optional<int> color{};  // by default that of the row, or else the kind's own place
  bool pale = false;           // drawn lightly: waiting, idling
};

// Spans of time, row by row.
struct Timeline {
  Axis x{.unit = Unit::kSeconds};
  std::vector<SpanKind> kinds{};
  std::vector<TimelineRow> rows{};
};

// Numbers in a grid, shaded from the lowest (or 0, if none is negative) to the highest. Where cells are too small for
// the numbers, they stand in the tooltips alone.
struct Matrix {
  std::string row_title{};
  std::string column_title{};
  std::vector<std::string> rows{};
  std::vector<std::string> columns{};
  std::vector<std::vector<double>> values{};  // [row][column]; NaN or none: an empty cell
  Unit unit = Unit::kNumber;
};

// An <svg> element of this width in pixels, at least 240. `description` is for those who cannot see it.
std::string Draw(const LineChart& chart, double width, const std::string& description);
std::string Draw(const BarChart& chart, double width, const std::string& description);
std::string Draw(const Timeline& timeline, double width, const std::string& description);
std::string Draw(const Matrix& matrix, double width, const std::string& description);

}  // namespace propius
