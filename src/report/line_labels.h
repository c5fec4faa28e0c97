// Finds places for names in a line chart: where they cover neither each other nor, if it can be helped, the lines.
#pragma once

#include <string>
#include <vector>

#include "report/frame.h"

namespace propius {

struct LineLabel {
  std::string text;
  std::string classes;
  Pixel at;          // where it would like to stand: left end, middle of its height
  double width = 0;  // of the text
};

// Moves labels up and down within the area, as little as a simple sweep can. Labels in one place keep their order.
void SpreadLabels(std::vector<LineLabel>& labels, const Area& area);

// What has been drawn so far, as points that a name should not cover.
class Crowd {
 public:
  void AddLine(Pixel from, Pixel to);
  // A name: worse to cover than any line.
  void AddBox(const Area& box);
  // How much of it the box would cover.
  int Covered(const Area& box) const;

 private:
  std::vector<Pixel> points_;
  std::vector<Area> boxes_;
};

// Where the name of a horizontal line at `y` covers least, left end and middle of its height: above or below the line,
// at its left or its right end.
Pixel PlaceBesideLine(const Crowd& crowd, const Area& area, double y, double width);

}  // namespace propius
