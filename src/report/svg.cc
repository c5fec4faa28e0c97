#include "report/svg.h"

#include "report/number.h"
#include "report/text.h"

namespace propius {
namespace {

constexpr int kColors = 10;

std::string_view AnchorName(Anchor anchor) {
  switch (anchor) {
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      return "end";
    case Anchor::kStart:
      break;
  }
  return "start";
}

}  // namespace

Svg::Svg(double width, double height, std::string_view description) {
  out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " + ShowCoordinate(width) + " " +
         ShowCoordinate(height) + "\"";
  Add("width", width);
  Add("height", height);
  out_ += " aria-label=\"" + Escape(description) + "\">";
}

void Svg::Add(std::string_view name, double value) {
  out_.append(" ").append(name).append("=\"").append(ShowCoordinate(value)).append("\"");
}

void Svg::Close(std::string_view element, std::string_view classes, std::string_view tooltip) {
  if (!classes.empty()) out_.append(" class=\"").append(classes).append("\"");
  if (tooltip.empty()) {
    out_ += "/>";
  } else {
    out_.append("><title>").append(Escape(tooltip)).append("</title></").append(element).append(">");
  }
}

void Svg::Line(Pixel from, Pixel to, std::string_view classes) {
  out_ += "<line";
  Add("x1", from.x);
  Add("y1", from.y);
  Add("x2", to.x);
  Add("y2", to.y);
  Close("line", classes, {});
}

void Svg::Rectangle(Pixel corner, double width, double height, double radius, std::string_view classes,
                    std::string_view tooltip) {
  out_ += "<rect";
  Add("x", corner.x);
  Add("y", corner.y);
  Add("width", width);
  Add("height", height);
  if (radius > 0) Add("rx", radius);
  Close("rect", classes, tooltip);
}

void Svg::Shade(Pixel corner, double width, double height, double opacity, std::string_view tooltip) {
  out_ += "<rect";
  Add("x", corner.x);
  Add("y", corner.y);
  Add("width", width);
  Add("height", height);
  Add("rx", 3);
  Add("fill-opacity", opacity);
  Close("rect", "heat", tooltip);
}

void Svg::Circle(Pixel centre, double radius, std::string_view classes, std::string_view tooltip) {
  out_ += "<circle";
  Add("cx", centre.x);
  Add("cy", centre.y);
  Add("r", radius);
  Close("circle", classes, tooltip);
}

void Svg::Polyline(const std::vector<Pixel>& points, std::string_view classes) {
  if (points.empty()) return;
  out_ += "<polyline points=\"";
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0) out_ += " ";
    out_ += ShowCoordinate(points[i].x) + "," + ShowCoordinate(points[i].y);
  }
  out_ += "\"";
  Close("polyline", classes, {});
}

void Svg::Text(Pixel at, Anchor anchor, std::string_view text, std::string_view classes) {
  if (text.empty()) return;
  out_ += "<text";
  Add("x", at.x);
  Add("y", at.y);
  if (anchor != Anchor::kStart) out_.append(" text-anchor=\"").append(AnchorName(anchor)).append("\"");
  out_.append(" class=\"").append(classes).append("\">").append(Escape(text)).append("</text>");
}

void Svg::SlantedText(Pixel at, Anchor anchor, double degrees, std::string_view text, std::string_view classes) {
  if (text.empty()) return;
  const std::string x = ShowCoordinate(at.x);
  const std::string y = ShowCoordinate(at.y);
  out_.append("<text text-anchor=\"").append(AnchorName(anchor));
  out_ += "\" transform=\"translate(" + x + " " + y + ") rotate(" + ShowCoordinate(-degrees) + ")\" class=\"";
  out_.append(classes).append("\">").append(Escape(text)).append("</text>");
}

void Svg::BeginClip(Pixel corner, double width, double height) {
  // A nested drawing clips without an id, of which a page may have only one each.
  out_ += "<svg";
  Add("x", corner.x);
  Add("y", corner.y);
  Add("width", width);
  Add("height", height);
  out_ += " viewBox=\"" + ShowCoordinate(corner.x) + " " + ShowCoordinate(corner.y) + " " + ShowCoordinate(width) +
          " " + ShowCoordinate(height) + "\">";
}

void Svg::EndClip() { out_ += "</svg>"; }

std::string Svg::Finish() && {
  out_ += "</svg>";
  return std::move(out_);
}

std::string SeriesClass(int color) { return "s" + std::to_string((color % kColors + kColors) % kColors + 1); }

}  // namespace propius
