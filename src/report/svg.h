// Writes one SVG drawing. Colours come from the page's style sheet through classes, so that they follow light and dark.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace propius {

struct Pixel {
  double x = 0;
  double y = 0;
};

enum class Anchor { kStart, kMiddle, kEnd };

class Svg {
 public:
  // `description` is read to those who cannot see the drawing.
  Svg(double width, double height, std::string_view description);

  // A tooltip may be empty. Classes are our own words and not escaped.
  void Line(Pixel from, Pixel to, std::string_view classes);
  void Rectangle(Pixel corner, double width, double height, double radius, std::string_view classes,
                 std::string_view tooltip = {});
  // A filled rectangle that covers what is under it only in part, for heat.
  void Shade(Pixel corner, double width, double height, double opacity, std::string_view tooltip);
  void Circle(Pixel centre, double radius, std::string_view classes, std::string_view tooltip = {});
  void Polyline(const std::vector<Pixel>& points, std::string_view classes);
  void Text(Pixel at, Anchor anchor, std::string_view text, std::string_view classes);
  // Turned to rise from left to right, about its anchor.
  void SlantedText(Pixel at, Anchor anchor, double degrees, std::string_view text, std::string_view classes);

  // What is drawn until EndClip stays within the rectangle.
  void BeginClip(Pixel corner, double width, double height);
  void EndClip();

  std::string Finish() &&;

 private:
  void Add(std::string_view name, double value);
  void Close(std::string_view element, std::string_view classes, std::string_view tooltip);

  std::string out_;
};

// "s1" to "s10": the class of a series, by its colour number from 0, round and round.
std::string SeriesClass(int color);

}  // namespace propius
