#include <cmath>

#include <gtest/gtest.h>

#include "report/markup_testing.h"
#include "report/plot.h"

namespace propius {
namespace {

Markup Drawn(const Matrix& matrix, double width = 600) {
  Markup markup = ReadMarkup(Draw(matrix, width, "cells"));
  EXPECT_EQ(markup.error, "");
  return markup;
}

Matrix Square(int size, double value) {
  Matrix matrix{.row_title = "class", .column_title = "job"};
  for (int i = 0; i < size; ++i) {
    matrix.rows.push_back("row " + std::to_string(i));
    matrix.columns.push_back("column " + std::to_string(i));
    matrix.values.emplace_back(size, value);
  }
  return matrix;
}

TEST(Matrix, ShadesCellsByTheirValues) {
  Matrix matrix = Square(2, 0);
  matrix.values = {{0, 5}, {10, 5}};
  const auto cells = Drawn(matrix).All("rect", "heat");
  ASSERT_EQ(cells.size(), 4U);
  EXPECT_LT(cells[0].Number("fill-opacity"), cells[1].Number("fill-opacity"));
  EXPECT_LT(cells[1].Number("fill-opacity"), cells[2].Number("fill-opacity"));
  EXPECT_EQ(cells[1].Number("fill-opacity"), cells[3].Number("fill-opacity"));
  EXPECT_LE(cells[2].Number("fill-opacity"), 1);
}

TEST(Matrix, WritesNumbersReadablyOnDarkCells) {
  Matrix matrix = Square(2, 0);
  matrix.values = {{0, 5}, {10, 9}};
  const auto numbers = Drawn(matrix).All("text", "cell");
  ASSERT_EQ(numbers.size(), 4U);
  EXPECT_FALSE(numbers[0].HasClass("on-color"));
  EXPECT_TRUE(numbers[2].HasClass("on-color"));
}

TEST(Matrix, LeavesHolesForWhatIsMissing) {
  Matrix matrix = Square(2, 3);
  matrix.values = {{1, std::nan("")}, {2}};
  const Markup markup = Drawn(matrix);
  EXPECT_EQ(markup.All("rect", "heat").size(), 2U);
  EXPECT_EQ(markup.All("rect", "hole").size(), 2U);
  matrix.values.pop_back();
  EXPECT_EQ(Drawn(matrix).All("rect", "hole").size(), 3U);
}

TEST(Matrix, ShortensNumbersInAllCellsOrNone) {
  Matrix matrix = Square(20, 0.123);
  matrix.unit = Unit::kShare;
  const std::string shortened = Draw(matrix, 860, "");
  EXPECT_NE(shortened.find(">12</text>"), std::string::npos);
  EXPECT_NE(shortened.find(">job (%)</text>"), std::string::npos);
  EXPECT_TRUE(Drawn(matrix, 300).All("text", "cell").empty());
  EXPECT_EQ(Drawn(matrix, 300).All("rect", "heat").size(), 400U);
  EXPECT_NE(Draw(matrix, 300, "").find("<title>row 0 × column 0: 12.3 %</title>"), std::string::npos);
  EXPECT_NE(Draw(Square(20, 123456), 860, "").find(">123k</text>"), std::string::npos);
}

TEST(Matrix, SlantsLongColumnNamesAndKeepsCellsWithinTheDrawing) {
  for (const double width : {260.0, 860.0}) {
    const Markup markup = Drawn(Square(12, 7), width);
    for (const Element& cell : markup.All("rect", "heat")) {
      EXPECT_GE(cell.Number("x"), 0);
      EXPECT_GT(cell.Number("width"), 0);
      EXPECT_LE(cell.Number("x") + cell.Number("width"), width);
    }
    std::size_t slanted = 0;
    for (const Element& text : markup.All("text")) slanted += text.attributes.contains("transform") ? 1 : 0;
    EXPECT_EQ(slanted, 12U);
  }
}

TEST(Matrix, BearsNegativeAndHugeValues) {
  Matrix matrix = Square(2, 0);
  matrix.values = {{-1e300, 1e300}, {INFINITY, -5}};
  for (const Element& cell : Drawn(matrix).All("rect", "heat")) {
    EXPECT_GE(cell.Number("fill-opacity"), 0);
    EXPECT_LE(cell.Number("fill-opacity"), 1);
  }
}

TEST(Matrix, SaysThatThereIsNothing) {
  EXPECT_NE(Draw(Matrix{}, 400, "").find("no data"), std::string::npos);
  EXPECT_NE(Draw(Square(3, std::nan("")), 400, "").find("no data"), std::string::npos);
}

}  // namespace
}  // namespace propius
