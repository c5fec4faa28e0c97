#include "report/page.h"

#include "report/style.h"
#include "report/svg.h"
#include "report/text.h"

namespace propius {
namespace {

constexpr double kWide = 860;
constexpr double kHalf = 406;
constexpr double kNarrow = 360;

std::string Element(const std::string& name, const std::string& classes, const std::string& text) {
  if (text.empty()) return {};
  return "<" + name + (classes.empty() ? "" : " class=\"" + classes + "\"") + ">" + Escape(text) + "</" + name + ">\n";
}

std::string Write(const Section& section) { return Element("h2", "", section.title) + Element("p", "", section.text); }

std::string Write(const Paragraph& paragraph) { return Element("p", "", paragraph.text); }

std::string Write(const Tiles& tiles) {
  if (tiles.tiles.empty()) return {};
  std::string html = "<dl class=\"tiles\">\n";
  for (const Tile& tile : tiles.tiles) {
    html += "<div class=\"tile" + (tile.color ? " " + SeriesClass(*tile.color) : "") + "\">";
    // The label comes first for those who listen, the value for those who look.
    html += "<dt>" + Escape(tile.label) + "</dt><dd class=\"value\">" + Escape(tile.value) + "</dd>";
    html += (tile.note.empty() ? "" : "<dd class=\"note\">" + Escape(tile.note) + "</dd>");
    html += "</div>\n";
  }
  return html + "</dl>\n";
}

std::string WriteCell(const TableColumn& column, const Cell& cell) {
  std::string classes = column.number ? "number" : "";
  if (cell.color) classes += (classes.empty() ? "" : " ") + ("dot-cell " + SeriesClass(*cell.color));
  return "<td" + (classes.empty() ? "" : " class=\"" + classes + "\"") + ">" + Escape(cell.text) + "</td>";
}

std::string Write(const Table& table) {
  std::string html = "<figure>" + Element("h3", "", table.title) + Element("figcaption", "", table.caption);
  html += "<div class=\"scroll\"><table><thead><tr>";
  for (const TableColumn& column : table.columns) {
    html += std::string("<th scope=\"col\"") + (column.number ? " class=\"number\"" : "") + ">" + Escape(column.title) +
            "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Cell>& row : table.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      html += WriteCell(table.columns[i], i < row.size() ? row[i] : Cell());
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div></figure>\n";
}

// The element that Draw gives, with a class.
std::string WithClass(std::string svg, const std::string& classes) {
  svg.insert(std::string("<svg").size(), " class=\"" + classes + "\"");
  return svg + "\n";
}

std::string Write(const Figure& figure) {
  const std::string description = figure.title + (figure.caption.empty() ? "" : ". " + figure.caption);
  const auto draw = [&](double width) {
    return std::visit([&](const auto& plot) { return Draw(plot, width, description); }, figure.plot);
  };
  std::string html = std::string("<figure") + (figure.half ? " class=\"half\">" : ">");
  html += Element("h3", "", figure.title) + Element("figcaption", "", figure.caption);
  // Shrinking a wide drawing would make its text unreadable, so a telephone gets a drawing of its own.
  html += WithClass(draw(figure.half ? kHalf : kWide), "wide") + WithClass(draw(kNarrow), "narrow");
  return html + "</figure>\n";
}

}  // namespace

std::string Render(const Page& page) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>";
  html += Escape(page.title) + "</title>\n<style>";
  html.append(StyleSheet());
  html += "</style>\n</head>\n<body>\n<main>\n" + Element("h1", "", page.title) + Element("p", "lead", page.lead);
  bool in_figures = false;
  for (const Block& block : page.blocks) {
    // Neighbouring figures share a grid, in which halves can stand side by side.
    const bool is_figure = std::holds_alternative<Figure>(block);
    if (is_figure != in_figures) html += is_figure ? "<div class=\"figures\">\n" : "</div>\n";
    in_figures = is_figure;
    html += std::visit([](const auto& part) { return Write(part); }, block);
  }
  if (in_figures) html += "</div>\n";
  return html + Element("footer", "", page.footer) + "</main>\n</body>\n</html>\n";
}

}  // namespace propius
