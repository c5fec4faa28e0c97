#include <algorithm>
#include <cmath>
#include <numbers>

#include "report/frame.h"
#include "report/number.h"
#include "report/plot.h"
#include "report/svg.h"
#include "report/text.h"

namespace propius {
namespace {

constexpr double kGap = 3;
constexpr double kWidestColumn = 120;
constexpr double kSlant = 35;
// From this opacity on, text is set in the colour of the page.
constexpr double kDark = 0.55;

class MatrixPlot {
 public:
  MatrixPlot(const Matrix& matrix, double width, const std::string& description)
      : matrix_(matrix),
        width_(std::max(width, kMinWidth)),
        area_(Measure()),
        svg_(width_, area_.bottom + 4, description) {}

  std::string Draw() && {
    svg_.Text({area_.left - 10, area_.top - 10}, Anchor::kEnd, FitWidth(matrix_.row_title, kFontSize, area_.left - 12),
              "title");
    Extent values;
    for (std::size_t row = 0; row < matrix_.rows.size(); ++row) {
      for (std::size_t column = 0; column < matrix_.columns.size(); ++column) values.Add(Value(row, column));
    }
    if (values.empty()) {
      DrawNothing(svg_, area_);
      return std::move(svg_).Finish();
    }
    values.Add(0);  // equal shades for equal shares of the largest value
    range_ = values.range();
    ChooseNumbers();
    // Numbers that have lost their sign for lack of room say so once.
    const bool bare = numbers_ == Numbers::kShort && matrix_.unit == Unit::kShare;
    svg_.Text({area_.left, 12}, Anchor::kStart,
              FitWidth(matrix_.column_title + (bare ? " (%)" : ""), kFontSize, width_ - area_.left), "title");
    DrawColumnNames();
    for (std::size_t row = 0; row < matrix_.rows.size(); ++row) DrawRow(row);
    return std::move(svg_).Finish();
  }

 private:
  double Value(std::size_t row, std::size_t column) const {
    if (row >= matrix_.values.size() || column >= matrix_.values[row].size()) return std::nan("");
    return matrix_.values[row][column];
  }

  double RowHeight() const { return matrix_.rows.size() <= 12 ? 38 : matrix_.rows.size() <= 30 ? 26 : 18; }

  Area Measure() {
    double widest_row = EstimateWidth(matrix_.row_title, kFontSize);
    for (const std::string& row : matrix_.rows) widest_row = std::max(widest_row, EstimateWidth(row, kFontSize));
    double widest_column = 0;
    for (const std::string& column : matrix_.columns) {
      widest_column = std::max(widest_column, EstimateWidth(column, kFontSize));
    }
    Area area;
    area.left = std::min(widest_row, 0.34 * width_) + 12;
    const double columns = static_cast<double>(std::max<std::size_t>(matrix_.columns.size(), 1));
    cell_ = std::min((width_ - area.left - 2) / columns, kWidestColumn);
    slanted_ = widest_column > cell_ - 6;
    const double names = slanted_ ? std::min(widest_column, kWidestColumn) * 0.6 + 16 : 20;
    if (slanted_) {
      // The last name rises beyond its column and needs room for that.
      const double overhang = std::min(widest_column, kWidestColumn) * std::cos(kSlant * std::numbers::pi / 180);
      cell_ = std::min((width_ - area.left - overhang * 0.9) / columns, kWidestColumn);
    }
    area.top = 20 + names;
    area.right = area.left + cell_ * columns;
    area.bottom = area.top + std::max(RowHeight() * static_cast<double>(matrix_.rows.size()), 40.0);
    return area;
  }

  void DrawColumnNames() {
    for (std::size_t column = 0; column < matrix_.columns.size(); ++column) {
      const double middle = area_.left + cell_ * (static_cast<double>(column) + 0.5);
      const std::string text = FitWidth(matrix_.columns[column], kFontSize, kWidestColumn);
      if (slanted_) {
        const double room = (width_ - middle) / std::cos(kSlant * std::numbers::pi / 180);
        svg_.SlantedText({middle - 4, area_.top - 8}, Anchor::kStart, kSlant, FitWidth(text, kFontSize, room), "note");
      } else {
        svg_.Text({middle, area_.top - 8}, Anchor::kMiddle, text, "note");
      }
    }
  }

  // In full, or shares without decimals, or none at all: some cells with a number and some without would mislead.
  void ChooseNumbers() {
    for (numbers_ = Numbers::kFull; numbers_ != Numbers::kNone; numbers_ = Next(numbers_)) {
      double widest = 0;
      for (std::size_t row = 0; row < matrix_.rows.size(); ++row) {
        for (std::size_t column = 0; column < matrix_.columns.size(); ++column) {
          widest = std::max(widest, EstimateWidth(Number(Value(row, column)), kFontSize));
        }
      }
      if (widest <= cell_ - kGap - 2) return;
    }
  }

  enum class Numbers { kFull, kShort, kNone };
  static Numbers Next(Numbers numbers) { return numbers == Numbers::kFull ? Numbers::kShort : Numbers::kNone; }

  std::string Number(double value) const {
    if (numbers_ == Numbers::kNone || !std::isfinite(value)) return {};
    if (numbers_ == Numbers::kFull) return ShowValue(value, matrix_.unit);
    return matrix_.unit == Unit::kShare ? ShowFixed(value * 100, 0) : ShowCompact(value);
  }

  void DrawRow(std::size_t row) {
    const double height = RowHeight();
    const double top = area_.top + height * static_cast<double>(row);
    svg_.Text({area_.left - 10, top + (height - kGap) / 2 + 4}, Anchor::kEnd,
              FitWidth(matrix_.rows[row], kFontSize, area_.left - 12), "note");
    for (std::size_t column = 0; column < matrix_.columns.size(); ++column) {
      const double left = area_.left + cell_ * static_cast<double>(column);
      const double value = Value(row, column);
      if (!(std::abs(value) <= 1e300)) {
        svg_.Rectangle({left, top}, cell_ - kGap, height - kGap, 3, "hole");
        continue;
      }
      const double opacity = 0.05 + 0.9 * range_.Share(value);
      svg_.Shade({left, top}, cell_ - kGap, height - kGap, opacity,
                 matrix_.rows[row] + " × " + matrix_.columns[column] + ": " + ShowValue(value, matrix_.unit));
      svg_.Text({left + (cell_ - kGap) / 2, top + (height - kGap) / 2 + 4}, Anchor::kMiddle, Number(value),
                opacity > kDark ? "cell on-color" : "cell");
    }
  }

  const Matrix& matrix_;
  const double width_;
  double cell_ = 0;
  bool slanted_ = false;
  Numbers numbers_ = Numbers::kFull;
  const Area area_;
  Svg svg_;
  Range range_;
};

}  // namespace

std::string Draw(const Matrix& matrix, double width, const std::string& description) {
  return MatrixPlot(matrix, width, description).Draw();
}

}  // namespace propius
