// A page of results as one HTML file that needs nothing else: no script, no font, no network. It follows the reader's
// light or dark theme, is readable on a telephone, and prints. All text is plain text and escaped here.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/plot.h"

namespace propius {

struct Section {
  std::string title{};
  std::string text{};  // a paragraph under it; may be empty
};

struct Paragraph {
  std::string text{};
};

// A figure that somebody should take away at a glance.
struct Tile {
  std::string value{};
  std::string label{};
  std::string note{};          // smaller, under the label; may be empty
  std::optional<int> color{};  // of the series that it belongs to
};

struct Tiles {
  std::vector<Tile> tiles{};
};

struct Cell {
  Cell() = default;
  Cell(std::string cell_text) : text(std::move(cell_text)) {}  // NOLINT(google-explicit-constructor): rows are lists
  Cell(const char* cell_text) : text(cell_text) {}             // NOLINT(google-explicit-constructor): rows are lists
  Cell(std::string cell_text, int series_color) : text(std::move(cell_text)), color(series_color) {}

  std::string text{};
  std::optional<int> color{};  // a dot in the colour of this series before the text
};

struct TableColumn {
  std::string title{};
  bool number = false;  // set flush right
};

struct Table {
  std::string title{};
  std::vector<TableColumn> columns{};
  std::vector<std::vector<Cell>> rows{};  // a short row is filled with empty cells, a long one is cut
  std::string caption{};
};

struct Figure {
  std::string title{};
  std::variant<LineChart, BarChart, Timeline, Matrix> plot{};
  std::string caption{};  // what to see in it
  bool half = false;      // two halves in a row stand side by side where there is room
};

using Block = std::variant<Section, Paragraph, Tiles, Table, Figure>;

struct Page {
  std::string title{};
  std::string lead{};
  std::vector<Block> blocks{};
  std::string footer{};
};

std::string Render(const Page& page);

}  // namespace propius
